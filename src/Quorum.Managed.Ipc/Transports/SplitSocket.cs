using System.Net.Sockets;

namespace Quorum.Managed.Ipc;

// One descriptor behind two Socket objects. A synchronous receive on a Socket queues behind the object's pending
// asynchronous receive and then blocks, even if the Socket is non-blocking. Here each kind of call has its own object.
internal sealed class SplitSocket : IDisposable
{
    // Takes over the socket and makes its descriptor non-blocking.
    public SplitSocket(Socket socket)
    {
        Asynchronous = socket;
        Handle = socket.SafeHandle;
        Direct = new Socket(new SafeSocketHandle(Handle.DangerousGetHandle(), ownsHandle: false)) { Blocking = false };
    }

    // For asynchronous calls only. Owns the descriptor.
    public Socket Asynchronous { get; }

    // For non-blocking synchronous calls, Socket.Poll and Socket.Select only.
    public Socket Direct { get; }

    public SafeSocketHandle Handle { get; }

    public void Dispose()
    {
        Direct.Dispose();
        Asynchronous.Dispose();
    }
}

using System.IO.MemoryMappedFiles;
using System.Net.Sockets;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Ipc.Sockets;

// Opens the control file and the two datagram sockets of a connection. protocol-docs/socket-transport.md.
internal static class SocketOpener
{
    // Takes over the setup socket when it succeeds.
    public static SocketChannels Open(
        SetupSocket setup, ConnectResponse response, SharedFiles files, IpcAddress address)
    {
        MemoryMappedViewAccessor? control = null;
        DatagramSocket? requests = null;
        DatagramSocket? events = null;
        try
        {
            control = files.Map(files.Locate(response.RequestName, string.Empty), ControlLayout.Bytes);
            int bytes = (int)Math.Min(response.MaxMessageSize, IpcConnectionOptions.LargestMaxMessageSize);
            string name = response.ResponseName;
            if (name.StartsWith('/'))
            {
                _ = files.Locate(name, string.Empty);
            }

            requests = DatagramSocket.Open(name + "-response", name + "-request", bytes);
            events = DatagramSocket.Open(name + "-event", name + "-event-tx", bytes);
            SocketChannels channels = new(setup, requests, events, control);
            control = null;
            requests = null;
            events = null;
            return channels;
        }
        catch (SocketException e)
        {
            throw DatagramErrors.CannotOpen(address, response.ResponseName, e);
        }
        finally
        {
            control?.Dispose();
            requests?.Dispose();
            events?.Dispose();
        }
    }
}

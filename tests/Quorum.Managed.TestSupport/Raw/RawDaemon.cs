using System.Net.Sockets;

namespace Quorum.Managed.TestSupport.Raw;

/// <summary>A listener on an address of its own that plays the daemon byte by byte, also wrongly.</summary>
public sealed class RawDaemon : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>On an abstract name of its own.</summary>
    public RawDaemon(int backlog = 16)
        : this($"quorum-test-{Guid.NewGuid():N}", backlog)
    {
    }

    /// <summary>On a path (absolute), which is deleted at the end, or an abstract name: those of the network namespace are shared with other tests.</summary>
    public RawDaemon(string name, int backlog = 16)
    {
        Name = name;
        _listener.Bind(new UnixDomainSocketEndPoint(name[0] == '/' ? name : "\0" + name + new string('\0', 107 - name.Length)));
        _listener.Listen(backlog);
    }

    /// <summary>The abstract name or the path.</summary>
    public string Name { get; }

    /// <summary>Whether a client has come that was not accepted.</summary>
    public bool HasClient => _listener.Poll(0, SelectMode.SelectRead);

    /// <summary>Waits for a client (5 s at most) and reads its 24 bytes.</summary>
    public RawPeer Accept() => Accept(readRequest: true);

    public RawPeer Accept(bool readRequest)
    {
        if (!_listener.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead))
        {
            throw new TimeoutException("No client came.");
        }

        RawPeer peer = new(_listener.Accept());
        if (readRequest)
        {
            peer.ReadConnectRequest();
        }

        return peer;
    }

    public void Dispose()
    {
        _listener.Dispose();
        if (Name[0] == '/')
        {
            File.Delete(Name);
        }
    }
}

using System.Net.Sockets;

namespace Quorum.Managed.TestSupport.Raw;

/// <summary>
/// A corosync without model V1, played byte by byte: its quorum and cmap services in a directory of their own, each for
/// any number of clients. Written from protocol-docs and from what real daemons of 2.4 and 3.0 were seen to answer.
/// Thread-safe.
/// </summary>
public sealed class RawOldDaemon : IDisposable
{
    private const int Ok = 1;
    private const int InvalidParam = 7;
    private const int NotExist = 12;
    private const int ModelGetType = 4;

    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("quorum-test-").FullName;
    private readonly RawDaemon _quorum;
    private readonly RawDaemon _cmap;
    private readonly bool _is2x;
    private readonly Lock _lock = new();
    private readonly List<RawPeer> _tracking = [];
    private bool _quorate = true;
    private byte[] _state = RawEvents.V0(quorate: true, 8, 1, 2, 3);
    private int _modelRequests;
    private int _mapRequests;
    private volatile bool _disposed;

    /// <summary>Starts it, quorate with the nodes 1, 2 and 3 on the ring of sequence 8.</summary>
    /// <param name="is2x">
    /// corosync 2.x, which has the key that tells it, and crashes over requests that it does not know. Otherwise 3.0.x,
    /// which refuses them.
    /// </param>
    public RawOldDaemon(bool is2x)
    {
        _is2x = is2x;
        _quorum = new RawDaemon(_directory + "/quorum");
        _cmap = new RawDaemon(_directory + "/cmap");
        Serve(_quorum, AnswerQuorum);
        Serve(_cmap, AnswerCmap);
    }

    /// <summary>What --endpoint takes.</summary>
    public string Endpoint => "unix:" + _quorum.Name;

    /// <summary>The socket of the quorum service.</summary>
    public string Path => _quorum.Name;

    /// <summary>How often model V1 was asked for. A real 2.x is dead after the first.</summary>
    public int ModelRequests => Volatile.Read(ref _modelRequests);

    /// <summary>How often the statistics map was asked for. A real 2.x can be dead after the first.</summary>
    public int MapRequests => Volatile.Read(ref _mapRequests);

    /// <summary>What getquorate is answered with; null for what was told last.</summary>
    public bool? Answer { get; set; }

    /// <summary>A new membership, told to all that track.</summary>
    public void Say(bool quorate, ulong sequence, params uint[] members)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _quorate = quorate;
            _state = RawEvents.V0(quorate, sequence, members);
            _tracking.ForEach(peer => peer.SendEvent(_state));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _quorum.Dispose();
            _cmap.Dispose();
        }

        System.IO.Directory.Delete(_directory, recursive: true);
    }

    private static bool IsEnd(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or TimeoutException;

    private void Serve(RawDaemon service, Action<RawPeer, byte[]> answer) => Run(() =>
    {
        while (!_disposed)
        {
            RawPeer peer = service.Accept();
            Run(() =>
            {
                try
                {
                    AnswerAll(peer, answer);
                }
                finally
                {
                    lock (_lock)
                    {
                        _tracking.Remove(peer);
                    }
                }
            });
        }
    });

    private void AnswerAll(RawPeer peer, Action<RawPeer, byte[]> answer)
    {
        peer.AcceptSharedMemory(BitConverter.ToUInt32(peer.ConnectRequest, 16));
        while (true)
        {
            // Until the client closes.
            if (!peer.Socket.Poll(Wait.Bound, SelectMode.SelectRead))
            {
                continue;
            }

            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                answer(peer, peer.ReadRequest());
            }
        }
    }

    // Ends when the client or this daemon does, or when nobody has come for long.
    private static void Run(Action serve) => new Thread(() =>
    {
        try
        {
            serve();
        }
        catch (Exception e) when (IsEnd(e))
        {
        }
    })
    {
        IsBackground = true,
        Name = "old daemon",
    }.Start();

    private void AnswerQuorum(RawPeer peer, byte[] request)
    {
        switch (request[0])
        {
            case 0:
                peer.Respond(RawPeer.QuorateResponse(Answer ?? _quorate));
                break;
            case 1:
                peer.SendEvent(_state);
                _tracking.Add(peer);
                peer.Respond(RawPeer.Response(1, 24, Ok));
                break;
            case 3:
                peer.Respond(RawPeer.TypeResponse(4));
                break;
            default:
                _modelRequests += request[0] == ModelGetType ? 1 : 0;
                Refuse(peer);
                break;
        }
    }

    private void AnswerCmap(RawPeer peer, byte[] request)
    {
        switch (request[0])
        {
            case 2:
                bool is2x = _is2x && request.AsSpan(24).StartsWith("runtime.connections.active"u8);
                peer.Respond(RawPeer.Response(2, 40, is2x ? Ok : NotExist));
                break;
            case 4:
                // The listing of keys is refused.
                peer.Respond(RawPeer.Response(4, 32, NotExist));
                break;
            case 7:
                peer.Respond(RawPeer.Response(7, 32, Ok));
                break;
            case 9 when !_is2x:
                _mapRequests++;
                peer.Respond(RawPeer.Response(10, 24, Ok));
                break;
            default:
                _mapRequests += request[0] == 9 ? 1 : 0;
                Refuse(peer);
                break;
        }
    }

    private void Refuse(RawPeer peer)
    {
        if (_is2x)
        {
            _disposed = true;
            _quorum.Dispose();
            _cmap.Dispose();
            return;
        }

        peer.Respond(RawPeer.Response(0, 24, InvalidParam));
    }
}

using System.Net.Sockets;
using Quorum.Managed.Ipc.SharedMemory;
using Quorum.Managed.Ipc.Sockets;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Ipc;

// Makes connections: resolve, connect, authenticate, map. Retries while the daemon says that it is starting, until the deadline.
internal sealed class IpcConnector
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);
    private readonly IpcConnectionOptions _options;
    private readonly Deadline _deadline;
    private TimeSpan _pause = FirstPause;
    private bool _starting;

    public IpcConnector(IpcConnectionOptions options)
    {
        options.Validate();
        _options = options;
        _deadline = Deadline.After(options.ConnectTimeout);
    }

    public IpcConnection Connect()
    {
        while (true)
        {
            SetupSocket? setup = TryOpen(out IpcAddress address);
            if (setup is not null)
            {
                try
                {
                    (ConnectResponse response, int doorbells) = setup.ShakeHands((uint)_options.MaxMessageSize, _deadline);
                    if (IsAccepted(response, address))
                    {
                        return Finish(ref setup, address, response, doorbells);
                    }
                }
                catch (TimeoutException)
                {
                    throw TimedOut(address);
                }
                catch (Exception e) when (IsHandshakeFailure(e))
                {
                    throw IpcErrors.Handshake(address, e);
                }
                finally
                {
                    setup?.Dispose();
                }
            }

            Thread.Sleep(NextPause(address));
        }
    }

    public async ValueTask<IpcConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (!_deadline.IsNever)
        {
            limit.CancelAfter(_deadline.Remaining);
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SetupSocket? setup = TryOpen(out IpcAddress address);
            if (setup is not null)
            {
                try
                {
                    (ConnectResponse response, int doorbells) =
                        await setup.ShakeHandsAsync((uint)_options.MaxMessageSize, limit.Token).ConfigureAwait(false);
                    if (IsAccepted(response, address))
                    {
                        return Finish(ref setup, address, response, doorbells);
                    }
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    throw TimedOut(address);
                }
                catch (Exception e) when (IsHandshakeFailure(e))
                {
                    throw IpcErrors.Handshake(address, e);
                }
                finally
                {
                    setup?.Dispose();
                }
            }

            await Task.Delay(NextPause(address), cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsHandshakeFailure(Exception e) =>
        e is SocketException or EndOfStreamException or WireFormatException or IOException { InnerException: SocketException };

    // Connects to the first address where somebody listens; null while its backlog is full.
    private SetupSocket? TryOpen(out IpcAddress address)
    {
        List<IpcException> failures = [];
        foreach (IpcAddress candidate in _options.Addresses)
        {
            address = candidate;
            try
            {
                SetupSocket? setup = SetupSocket.TryConnect(candidate);
                if (setup is null)
                {
                    return null;
                }

                try
                {
                    TrustedPeer.Check(candidate, setup.PeerCredentials(), _options);
                    return setup;
                }
                catch
                {
                    setup.Dispose();
                    throw;
                }
            }
            catch (IpcException e) when (e.IsUntrusted)
            {
                failures.Add(e);
            }
            catch (SocketException e)
            {
                failures.Add(IpcErrors.Cannot(candidate, e));
            }
        }

        address = _options.Addresses[0];
        throw IpcErrors.NoneListens(failures);
    }

    // False when the daemon is starting and time is left to try again.
    private bool IsAccepted(ConnectResponse response, IpcAddress address)
    {
        if (response.Errno == 0)
        {
            return true;
        }

        if (response.Errno == Errno.EAGAIN && !_deadline.IsPast)
        {
            _starting = true;
            return false;
        }

        throw IpcErrors.Refused(address, response.Errno);
    }

    private TimeSpan NextPause(IpcAddress address)
    {
        if (_deadline.IsPast)
        {
            throw TimedOut(address);
        }

        TimeSpan pause = _deadline.Slice(_pause);
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        return pause;
    }

    // What the daemon said before its last silence tells more than the silence.
    private IpcException TimedOut(IpcAddress address) =>
        _starting ? IpcErrors.Refused(address, Errno.EAGAIN) : IpcErrors.HandshakeTimedOut(address, _options.ConnectTimeout);

    // Takes over the setup socket when it succeeds.
    private IpcConnection Finish(ref SetupSocket? setup, IpcAddress address, ConnectResponse response, int doorbells)
    {
        PeerCredentials peer = setup!.PeerCredentials();
        IpcAddress? bound = setup.BoundAddress();
        SharedFiles files = new(_options, peer);
        IpcTransport transport;
        switch (response.ConnectionType)
        {
            case IpcConnectionType.SharedMemory:
                transport = MapRings(ref setup, files, response, doorbells);
                break;
            case IpcConnectionType.Socket:
                SocketChannels channels = SocketOpener.Open(setup, response, files, address);
                setup = null;
                transport = new SocketTransport(channels, _options.WaitStrategy);
                break;
            default:
                throw IpcErrors.UnknownType(address, response.ConnectionType);
        }

        return new IpcConnection(transport, address, bound, peer, response);
    }

    private SharedMemoryTransport MapRings(ref SetupSocket? setup, SharedFiles files, ConnectResponse response, int doorbells)
    {
        RingMapping mapping = new(setup!);
        setup = null;
        try
        {
            RingOpener opener = new(files);
            RingMemory request = opener.Open(mapping, response.RequestName);
            RingMemory answers = opener.Open(mapping, response.ResponseName);
            RingMemory events = opener.Open(mapping, response.EventName);
            return new SharedMemoryTransport(mapping.Setup, mapping, request, answers, events, doorbells, _options.WaitStrategy);
        }
        catch (RingCorruptException e)
        {
            mapping.Dispose();
            throw IpcErrors.Corrupt(IpcStage.Map, e);
        }
        catch (IpcException e) when (!e.IsUntrusted && !mapping.Setup.IsPeerThere())
        {
            // A daemon that ends takes its files with it: that they are missing is not about what this process can see.
            mapping.Dispose();
            throw IpcErrors.GoneWhileMapping(e);
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }
}

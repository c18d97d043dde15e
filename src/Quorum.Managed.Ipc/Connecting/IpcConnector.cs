using System.Net.Sockets;
using Quorum.Managed.Ipc.Interop;
using Quorum.Managed.Ipc.SharedMemory;
using Quorum.Managed.Ipc.Sockets;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Ipc;

// Makes a connection: resolve, connect, authenticate, map. Tries again until the deadline while the daemon is starting
// or its backlog is full.
internal sealed class IpcConnector
{
    private readonly IpcConnectionOptions _options;
    private readonly Deadline _deadline;
    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(100));
    private bool _daemonIsStarting;
    private bool _missedOnce;

    public IpcConnector(IpcConnectionOptions options)
        : this(options, Deadline.After(options.ConnectTimeout))
    {
    }

    // The deadline is part of a longer one's time. Messages tell the options' ConnectTimeout.
    public IpcConnector(IpcConnectionOptions options, Deadline deadline)
    {
        options.Validate();
        _options = options;
        _deadline = deadline;
    }

    public IpcConnection Connect()
    {
        while (true)
        {
            SetupSocket? setup = TryConnect(out IpcAddress address);
            if (setup is not null)
            {
                try
                {
                    (ConnectResponse response, int doorbells) =
                        setup.Handshake((uint)_options.MaxMessageSize, _deadline);
                    if (IsAccepted(response, address))
                    {
                        return Complete(ref setup, address, response, doorbells);
                    }
                }
                catch (TimeoutException)
                {
                    throw TimedOut(address);
                }
                catch (Exception e) when (IsHandshakeFailure(e))
                {
                    throw ConnectErrors.HandshakeFailed(address, e);
                }
                catch (IpcException e) when (IsWorthAnotherLook(e))
                {
                    _missedOnce = true;
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
            SetupSocket? setup = TryConnect(out IpcAddress address);
            if (setup is not null)
            {
                try
                {
                    (ConnectResponse response, int doorbells) =
                        await setup.HandshakeAsync((uint)_options.MaxMessageSize, limit.Token).ConfigureAwait(false);
                    if (IsAccepted(response, address))
                    {
                        return Complete(ref setup, address, response, doorbells);
                    }
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    throw TimedOut(address);
                }
                catch (Exception e) when (IsHandshakeFailure(e))
                {
                    throw ConnectErrors.HandshakeFailed(address, e);
                }
                catch (IpcException e) when (IsWorthAnotherLook(e))
                {
                    _missedOnce = true;
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
        e is SocketException or EndOfStreamException or WireFormatException
            or IOException { InnerException: SocketException };

    // A daemon that ends removes what it made for a connection before it closes the setup socket. Something that is
    // missing is therefore looked for once more, on a new connection: that meets the end of the daemon, or its
    // successor. Only what is missing twice is out of this process's sight.
    private bool IsWorthAnotherLook(IpcException e) =>
        e is { Stage: IpcStage.Map, Errno: Errno.ENOENT or Errno.ECONNREFUSED } && !_missedOnce && !_deadline.IsPast;

    // Connects to the first address that has a trusted listener. Returns null while the listener's backlog is full.
    private SetupSocket? TryConnect(out IpcAddress address)
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
                failures.Add(CannotConnect(candidate, e));
            }
        }

        address = _options.Addresses[0];
        throw ConnectErrors.NoDaemonFound(failures);
    }

    private IpcException CannotConnect(IpcAddress address, SocketException cause) => ConnectErrors.CannotConnect(
        address,
        cause,
        address.IsPath
            ? SocketPaths.Find(address.Value, Syscall.IsUsedBy(_options.WaitStrategy))
            : SocketPath.Unknown);

    // Returns false when the daemon is starting and there is time for another attempt.
    private bool IsAccepted(ConnectResponse response, IpcAddress address)
    {
        if (response.Errno == 0)
        {
            return true;
        }

        if (response.Errno == Errno.EAGAIN && !_deadline.IsPast)
        {
            _daemonIsStarting = true;
            return false;
        }

        throw ConnectErrors.Refused(address, response.Errno);
    }

    private TimeSpan NextPause(IpcAddress address) =>
        _deadline.IsPast ? throw TimedOut(address) : _deadline.Slice(_backoff.Next());

    // A daemon that said it was starting is reported as starting, although it did not answer the last attempt.
    private IpcException TimedOut(IpcAddress address) => _daemonIsStarting
        ? ConnectErrors.Refused(address, Errno.EAGAIN)
        : ConnectErrors.HandshakeTimedOut(address, _options.ConnectTimeout);

    // Opens what the daemon made for the connection. Sets the setup socket to null when the transport has taken it
    // over.
    private IpcConnection Complete(
        ref SetupSocket? setup, IpcAddress address, ConnectResponse response, int doorbells)
    {
        PeerCredentials peer = setup!.PeerCredentials();
        IpcAddress? bound = setup.BoundAddress();
        using SharedFiles files = new(_options, address, peer);
        IpcTransport transport;
        switch (response.ConnectionType)
        {
            case IpcConnectionType.SharedMemory:
                transport = MapRings(ref setup, files, response, doorbells);
                break;
            case IpcConnectionType.Socket:
                transport = OpenSockets(ref setup, files, response, address);
                break;
            default:
                throw ConnectErrors.UnsupportedType(address, response.ConnectionType);
        }

        return new IpcConnection(transport, address, bound, peer, response);
    }

    private SocketTransport OpenSockets(
        ref SetupSocket? setup, SharedFiles files, ConnectResponse response, IpcAddress address)
    {
        try
        {
            SocketChannels channels = SocketOpener.Open(setup!, response, files, address, _options.WaitStrategy);
            setup = null;
            return new SocketTransport(channels, _options.WaitStrategy);
        }
        catch (IpcException e) when (!e.IsUntrusted && !setup!.IsPeerConnected())
        {
            throw ConnectErrors.GoneWhileMapping(e);
        }
    }

    private SharedMemoryTransport MapRings(
        ref SetupSocket? setup, SharedFiles files, ConnectResponse response, int doorbells)
    {
        RingMapping mapping = new(setup!);
        setup = null;
        try
        {
            RingOpener opener = new(files);
            RingMemory requests = opener.Open(mapping, response.RequestName);
            RingMemory responses = opener.Open(mapping, response.ResponseName);
            RingMemory events = opener.Open(mapping, response.EventName);
            return new SharedMemoryTransport(mapping, requests, responses, events, doorbells, _options.WaitStrategy);
        }
        catch (RingCorruptException e)
        {
            mapping.Dispose();
            throw IpcErrors.Corrupt(IpcStage.Map, e);
        }
        catch (IpcException e) when (!e.IsUntrusted && !mapping.Setup.IsPeerConnected())
        {
            // A daemon that ends removes its files. That they are missing then says nothing about what is visible here.
            mapping.Dispose();
            throw ConnectErrors.GoneWhileMapping(e);
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }
}

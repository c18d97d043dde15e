using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>A connection to corosync's quorum service: quorum_model_initialize(3) and its family, in managed code.</summary>
/// <remarks>
/// <para>It is passive: it owns no thread and no background task, and an idle one costs nothing. A call or an await of yours drives it.</para>
/// <para>Thread-safe: any number of threads may call at once; requests take turns, and concurrent
/// <see cref="GetQuorate"/> calls share round trips, each answer being no older than its call. Notifications are read by one reader at a time; two concurrent
/// readers each get a part of them.</para>
/// <para>After the daemon went away every call throws <see cref="QuorumConnectionClosedException"/>: connect anew. After <see cref="Dispose"/> every
/// call throws <see cref="ObjectDisposedException"/>, where libquorum returns CS_ERR_BAD_HANDLE.</para>
/// </remarks>
public sealed partial class QuorumConnection : IDisposable, IAsyncDisposable
{
    private const int ResponseBufferSize = 64;

    private static readonly byte[] GetQuorateBytes = Message(GetQuorateRequest.Size, static span => default(GetQuorateRequest).WriteTo(span));
    private static readonly byte[] TrackStopBytes = Message(TrackStopRequest.Size, static span => default(TrackStopRequest).WriteTo(span));

    private readonly IpcConnection _ipc;
    // Kept for calls to come; more may be under way at once.
    private const int MostOperations = 64;

    private readonly IpcSharedRequest _getQuorate;
    private readonly Stack<QuorateOperation> _operations = new();
    private readonly QuorumConnectionOptions _options;
    private object? _context;
    private volatile bool _disposed;

    private QuorumConnection(IpcConnection ipc, QuorumConnectionOptions options)
    {
        _ipc = ipc;
        _getQuorate = new IpcSharedRequest(ipc, GetQuorateBytes, ResponseBufferSize, runContinuationsAsynchronously: false);
        _options = options;
        _context = options.Context;
    }

    /// <summary>The model that this connection was made with.</summary>
    public QuorumModel Model => _options.Model;

    /// <summary>Whether the daemon has a quorum algorithm, as it said at connect (<c>quorum_type</c>).</summary>
    public QuorumType QuorumType { get; private set; }

    /// <summary>Anything of yours that shall travel with the connection (quorum_context_get(3), quorum_context_set(3)). Not touched otherwise.</summary>
    /// <exception cref="ObjectDisposedException">The connection was disposed (libquorum: CS_ERR_BAD_HANDLE).</exception>
    public object? Context
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _context;
        }

        set
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _context = value;
        }
    }

    /// <summary>Where the daemon was found.</summary>
    public IpcAddress Address => _ipc.Address;

    /// <summary>How messages travel: the daemon decides.</summary>
    public IpcConnectionType ConnectionType => _ipc.ConnectionType;

    /// <summary>The daemon's process, as the kernel tells; its process id is 0 when it lives in a PID namespace that we cannot see.</summary>
    public PeerCredentials Daemon => _ipc.Peer;

    /// <summary>Connects, and waits on this thread for it (quorum_model_initialize(3), quorum_initialize(3)).</summary>
    /// <param name="options">How; <see langword="null"/> for the defaults.</param>
    /// <returns>The connection; dispose it.</returns>
    /// <exception cref="QuorumConnectException">No daemon, not allowed, no answer in time, or its shared memory is out of reach.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static QuorumConnection Connect(QuorumConnectionOptions? options = null)
    {
        options = Check(options);
        IpcConnection? ipc = null;
        try
        {
            ipc = IpcConnection.Connect(options.ToIpc());
            ModelCheck.Run(ipc, options);
            QuorumConnection connection = new(ipc, options);
            Span<byte> response = stackalloc byte[ResponseBufferSize];
            int length = ipc.Request(TypeRequest(options.Model), response, options.ConnectTimeout);
            connection.TakeType(response[..length]);
            ipc = null;
            return connection;
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Connecting(e);
        }
        finally
        {
            ipc?.Dispose();
        }
    }

    /// <summary>Connects (quorum_model_initialize(3), quorum_initialize(3)).</summary>
    /// <param name="options">How; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The connection; dispose it.</returns>
    /// <exception cref="QuorumConnectException">No daemon, not allowed, no answer in time, or its shared memory is out of reach.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async ValueTask<QuorumConnection> ConnectAsync(QuorumConnectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = Check(options);
        IpcConnection? ipc = null;
        try
        {
            ipc = await IpcConnection.ConnectAsync(options.ToIpc(), cancellationToken).ConfigureAwait(false);
            await ModelCheck.RunAsync(ipc, options, cancellationToken).ConfigureAwait(false);
            QuorumConnection connection = new(ipc, options);
            byte[] response = new byte[ResponseBufferSize];
            int length = await ipc.RequestAsync(TypeRequest(options.Model), response, options.ConnectTimeout, cancellationToken).ConfigureAwait(false);
            connection.TakeType(response.AsSpan(0, length));
            ipc = null;
            return connection;
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Connecting(e);
        }
        finally
        {
            ipc?.Dispose();
        }
    }

    /// <summary>Closes the connection (quorum_finalize(3)). Calls in progress on other threads end with an exception. Any thread, any number of times.</summary>
    public void Dispose()
    {
        _disposed = true;
        _ipc.Dispose();
    }

    /// <summary>As <see cref="Dispose"/>; completes at once.</summary>
    /// <returns>A completed task.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static QuorumConnectionOptions Check(QuorumConnectionOptions? options)
    {
        options ??= QuorumConnectionOptions.Default;
        if (options.Model is not (QuorumModel.V0 or QuorumModel.V1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Model, "Not a model: V0 or V1.");
        }

        if (options.Model == QuorumModel.V0 ? options.Callbacks is not null && options.CallbacksV0 is null : options.CallbacksV0 is not null && options.Callbacks is null)
        {
            throw new ArgumentException($"The callbacks are those of another model than {options.Model}: they would never be called.", nameof(options));
        }

        ArgumentNullException.ThrowIfNull(options.Endpoint);
        return options;
    }

    private static byte[] TypeRequest(QuorumModel model) => model == QuorumModel.V0
        ? Message(GetQuorumTypeRequest.Size, static span => default(GetQuorumTypeRequest).WriteTo(span))
        : Message(ModelGetTypeRequest.Size, span => new ModelGetTypeRequest(model).WriteTo(span));

    private void TakeType(ReadOnlySpan<byte> response)
    {
        try
        {
            QuorumTypeResponse answer = QuorumTypeResponse.Read(response);
            if (answer.Error != CorosyncError.Ok)
            {
                throw QuorumErrors.ModelRefused(Model, answer.Error);
            }

            QuorumType = answer.QuorumType;
        }
        catch (WireFormatException e)
        {
            throw QuorumErrors.Connecting(_ipc.Abort(IpcStage.Request, e));
        }
    }

    private QuorumException Broken(IpcStage stage, WireFormatException cause) => QuorumErrors.Using(_ipc.Abort(stage, cause));
}

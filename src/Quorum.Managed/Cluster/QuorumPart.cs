using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// The quorum service's part of a view. Used by one read at a time.
internal sealed class QuorumPart : IDisposable
{
    private readonly QuorumConnectionOptions _options;
    private readonly ServicePart<QuorumConnection> _part;
    private bool? _quorate;
    private RingId? _ring;
    private NodeList? _members;

    public QuorumPart(CorosyncConnectionOptions options, TimeProvider clock)
    {
        QuorumConnectionOptions? quorum = options as QuorumConnectionOptions;
        _options = ServiceOptions.Of<QuorumConnectionOptions>(options) with
        {
            Model = quorum?.Model ?? QuorumModel.V1,
            FallBackToV0 = quorum?.FallBackToV0 ?? true,
            AssumeModelV1 = quorum is { AssumeModelV1: true },
            Callbacks = new() { QuorumChanged = OnQuorum, NodeListChanged = OnNodeList },
            CallbacksV0 = new() { QuorumChanged = OnQuorumV0 },
        };
        _part = new(ClusterPartKind.Quorum, clock, ConnectAsync);
    }

    public ValueTask<PartResult<QuorumPicture>> ReadAsync(CancellationToken cancellationToken) =>
        _part.ReadAsync(ReadAsync, cancellationToken);

    public void Dispose() => _part.Dispose();

    // Model V0 tells the members too, but not the ring.
    private async ValueTask<QuorumConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await QuorumConnection.ConnectAsync(_options, cancellationToken).ConfigureAwait(false);
        }
        catch (QuorumConnectException e) when (e.Error == CorosyncError.NotSupported && _options.FallBackToV0 == true)
        {
            // Whether it is a corosync 2.x could not be found out.
            return await QuorumConnection
                .ConnectAsync(_options with { Model = QuorumModel.V0 }, cancellationToken).ConfigureAwait(false);
        }
    }

    // CURRENT alone does not turn tracking on. The daemon queues the events before it answers.
    private async ValueTask<QuorumPicture> ReadAsync(QuorumConnection connection, CancellationToken cancellationToken)
    {
        (_quorate, _ring, _members) = (null, null, null);
        await connection.TrackStartAsync(TrackFlags.Current, cancellationToken).ConfigureAwait(false);
        _ = connection.Dispatch(DispatchFlags.All, cancellationToken);
        return _quorate is { } quorate && _members is { } members
            ? new QuorumPicture(quorate, connection.QuorumType, _ring, members)
            : throw new QuorumException(
                CorosyncError.TryAgain,
                0,
                IpcStage.Event,
                "The daemon has not sent its present state: its queue is full, or it is overloaded. Try again.");
    }

    // The node list has the members also where there is no quorum provider.
    private void OnNodeList(QuorumConnection connection, NodeListChangedEvent notification) =>
        (_ring, _members) = (notification.RingId, NodeList.Create(notification.Members));

    private void OnQuorum(QuorumConnection connection, QuorumChangedEvent notification) =>
        _quorate = notification.Quorate;

    private void OnQuorumV0(QuorumConnection connection, QuorumChangedV0Event notification) =>
        (_quorate, _members) = (notification.Quorate, NodeList.Create(notification.Members));
}

using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// Reads the votes of the partition from votequorum.
internal sealed class VotesFollower(
    CorosyncConnectionOptions options, Backoff backoff, TimeProvider time, Action<PartReading> told)
    : PartFollower<VoteQuorumConnection, VoteQuorumNotification>(ClusterPartKind.Votes, backoff, time, told)
{
    private RingId? _ring;

    // The answer to getinfo has the votes of before until the quorum notification follows the node list.
    private bool _isChanging;

    protected override TimeSpan Quiet => TimeSpan.Zero;

    protected override ValueTask<VoteQuorumConnection> ConnectAsync(CancellationToken cancellationToken) =>
        VoteQuorumConnection.ConnectAsync(ServiceOptions.Of<VoteQuorumConnectionOptions>(options), cancellationToken);

    protected override ValueTask TrackAsync(VoteQuorumConnection connection, CancellationToken cancellationToken)
    {
        _ring = null;
        _isChanging = true;
        return connection.TrackStartAsync(TrackFlags.Changes, 0, cancellationToken);
    }

    protected override IAsyncEnumerable<VoteQuorumNotification> NotificationsOf(
        VoteQuorumConnection connection, CancellationToken cancellationToken) =>
        connection.ReadNotificationsAsync(cancellationToken);

    protected override bool Note(VoteQuorumNotification notification)
    {
        switch (notification)
        {
            case VoteQuorumNodeListChanged list:
                _ring = list.RingId;
                _isChanging = true;
                return false;
            case VoteQuorumChanged:
                _isChanging = false;
                return true;
            default:
                return true;
        }
    }

    protected override async ValueTask<PartReading?> ReadAsync(
        VoteQuorumConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Asked during a change too: only that shows a service that has fallen silent. Its answer may be of before.
        VoteQuorumInfo own = await connection.GetInfoAsync(default, cancellationToken).ConfigureAwait(false)
            ?? throw QuorumErrors.Refused("votequorum getinfo", CorosyncError.NotExist);
        return _isChanging
            ? null
            : new VotesReading(new ClusterPart(ClusterPartKind.Votes, now, null), _ring, ClusterVotes.Of(own));
    }

    protected override PartReading Missing(ClusterPart part) => new VotesReading(part, null, null);
}

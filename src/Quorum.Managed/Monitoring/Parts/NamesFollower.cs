using System.Collections.ObjectModel;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// Reads the names of the configured nodes from cmap.
internal sealed class NamesFollower(
    CorosyncConnectionOptions options, Backoff backoff, TimeProvider time, Action<PartReading> told)
    : PartFollower<CmapConnection, CmapChange>(ClusterPartKind.Configuration, backoff, time, told)
{
    // A reload of corosync.conf changes one key after the other.
    protected override TimeSpan Quiet => TimeSpan.FromMilliseconds(100);

    protected override ValueTask<CmapConnection> ConnectAsync(CancellationToken cancellationToken) =>
        CmapConnection.ConnectAsync(options, CmapMap.Configuration, cancellationToken);

    protected override async ValueTask TrackAsync(CmapConnection connection, CancellationToken cancellationToken) =>
        await connection.TrackAddAsync(ConfigurationPicture.NodeListPrefix, cancellationToken: cancellationToken)
            .ConfigureAwait(false);

    protected override IAsyncEnumerable<CmapChange> NotificationsOf(
        CmapConnection connection, CancellationToken cancellationToken) =>
        connection.ReadNotificationsAsync(cancellationToken);

    protected override bool Note(CmapChange notification) => true;

    protected override async ValueTask<PartReading?> ReadAsync(
        CmapConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ConfigurationPicture picture =
            await ConfigurationPicture.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        SortedDictionary<NodeId, string> names = [];
        foreach ((NodeId id, ConfiguredNode node) in picture.Nodes)
        {
            if (node.Name is { } name)
            {
                names[id] = name;
            }
        }

        return new NamesReading(
            new ClusterPart(ClusterPartKind.Configuration, now, null),
            new ReadOnlyDictionary<NodeId, string>(names));
    }

    protected override PartReading Missing(ClusterPart part) => new NamesReading(part, null);
}

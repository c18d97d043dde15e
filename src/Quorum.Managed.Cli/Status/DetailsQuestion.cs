using System.Diagnostics;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// Asks cmap and votequorum for the details of a status, within a short time. Never fails: a service that refuses, does
// not exist or is slow leaves its part out.
internal sealed class DetailsQuestion
{
    private const string NodePrefix = "nodelist.node.";
    private const string IdField = ".nodeid";

    // What the details may cost. A daemon that is well tells them within milliseconds. The answer that they follow must
    // not grow old: StatusQuestion trusts it for a second.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    // Plain collections of a reference type: others cost more in start-up than all the requests take.
    private readonly List<StatusNode> _nodes = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly CorosyncConnectionOptions _options;
    private readonly TimeSpan _time;
    private readonly CancellationToken _limit;
    private string? _clusterName;
    private VoteQuorumInfo? _own;

    private DetailsQuestion(CorosyncConnectionOptions options, TimeSpan time, CancellationToken limit)
    {
        _options = options;
        _time = time;
        _limit = limit;
    }

    // Takes no more than half of the time that is left, and takes over the connection to the statistics.
    public static StatusDetails Ask(
        CorosyncConnectionOptions options, NodeList? members, CmapConnection? statistics, TimeSpan left)
    {
        TimeSpan time = left / 2 < Longest ? left / 2 : Longest;
        if (time < TimeSpan.FromMilliseconds(1))
        {
            return new StatusDetails();
        }

        using CancellationTokenSource limit = new(time);
        return new DetailsQuestion(options, time, limit.Token).Run(members, statistics);
    }

    private StatusDetails Run(NodeList? members, CmapConnection? statistics)
    {
        bool isConfigured = Try(
            () => statistics ?? CmapConnection.Connect(Limited(_time / 2)), ReadConfiguration);
        if (!isConfigured)
        {
            // A part of the nodes would look like all of them.
            _nodes.Clear();
        }

        AddMembers(members);
        bool hasVotes = Try(
            () => VoteQuorumConnection.Connect(ServiceOptions.Of<VoteQuorumConnectionOptions>(Limited(_time))),
            ReadVotes);
        return new StatusDetails
        {
            ClusterName = _clusterName,
            Votes = _own,
            Nodes = isConfigured || hasVotes ? _nodes : [],
        };
    }

    // until: since the start of this question.
    private CorosyncConnectionOptions Limited(TimeSpan until)
    {
        TimeSpan left = until - Stopwatch.GetElapsedTime(_start);
        left = left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
        return _options with { ConnectTimeout = left, RequestTimeout = left };
    }

    private void ReadConfiguration(CmapConnection connection)
    {
        if (connection.Map != CmapMap.Configuration)
        {
            connection.SwitchToConfiguration();
        }

        _clusterName = TextOf(connection, "totem.cluster_name");
        foreach (CmapKey key in connection.ListKeys(NodePrefix))
        {
            // nodelist.node.POSITION.nodeid
            if (key.Name.EndsWith(IdField, StringComparison.Ordinal)
                && connection.TryGet(key.Name, out CmapValue value)
                && value.TryGetUInt64(out ulong id))
            {
                _nodes.Add(new StatusNode
                {
                    Id = new NodeId((uint)id),
                    Name = TextOf(connection, key.Name[..^IdField.Length] + ".name"),
                });
            }
        }
    }

    // The members of the answer decide the state: votequorum says what was before while the membership changes.
    private void AddMembers(NodeList? members)
    {
        foreach (StatusNode node in _nodes)
        {
            node.State = members is null ? ClusterNodeState.Unknown : ClusterNodeState.Absent;
        }

        foreach (NodeId member in (members ?? NodeList.Empty).AsSpan())
        {
            StatusNode? known = _nodes.Find(node => node.Id == member);
            if (known is null)
            {
                known = new StatusNode { Id = member };
                _nodes.Add(known);
            }

            known.State = ClusterNodeState.Member;
        }

        _nodes.Sort(static (left, right) => left.Id.CompareTo(right.Id));
    }

    private void ReadVotes(VoteQuorumConnection connection)
    {
        _own = connection.GetInfo();
        foreach (StatusNode node in _nodes)
        {
            node.Votes = connection.GetInfo(node.Id)?.Votes;
        }
    }

    private static string? TextOf(CmapConnection connection, string key) =>
        connection.TryGet(key, out CmapValue value) && value.TryGetText(out string? text) ? text : null;

    private bool Try<T>(Func<T> connect, Action<T> read)
        where T : class, IDisposable
    {
        try
        {
            _limit.ThrowIfCancellationRequested();
            using T connection = connect();
            using CancellationTokenRegistration registration = _limit.UnsafeRegister(
                static state => ((IDisposable)state!).Dispose(), connection);
            read(connection);
            return true;
        }
        catch (Exception e) when (e is QuorumException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }
}

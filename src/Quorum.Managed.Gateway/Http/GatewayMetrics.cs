using System.Globalization;
using Prometheus;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Gateway;

// The metrics, as Prometheus reads them. Each scrape fills a registry of its own: no series of a node that is gone
// stays behind. The names that begin with ha_cluster_corosync_ are those of dashboards for ha_cluster_exporter.
internal sealed class GatewayMetrics(QuorumMonitor monitor, ClusterPoller poller, NodeWatch watch, TimeProvider time)
{
    private const double Microseconds = 1_000_000;

    private static readonly QuorumState[] States = [QuorumState.Quorate, QuorumState.Inquorate, QuorumState.Unknown];

    public async Task ServeAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        CollectorRegistry registry = Prometheus.Metrics.NewCustomRegistry();
        Fill(Prometheus.Metrics.WithCustomRegistry(registry));
        await registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }

    private void Fill(MetricFactory factory)
    {
        QuorumSnapshot snapshot = monitor.Current;
        ClusterPicture picture = poller.Picture;
        FillState(factory, snapshot);
        FillVotes(factory, snapshot, picture.View);
        FillLinks(factory, picture);
        FillParts(factory, picture.View);
    }

    private void FillState(MetricFactory factory, QuorumSnapshot snapshot)
    {
        Gauge(factory, "ha_cluster_corosync_quorate", "Whether the node is quorate: 1, or 0 for not and for unknown.")
            .Set(snapshot.IsQuorate ? 1 : 0);
        Gauge states = Gauge(factory, "quorum_state", "1 for the state that holds, 0 for the others.", "state");
        Counter transitions = factory.CreateCounter(
            "quorum_transitions_total", "How often each state was reached since the gateway started.", "state");
        foreach (QuorumState state in States)
        {
            states.WithLabels(Names.Of(state)).Set(snapshot.State == state ? 1 : 0);
            transitions.WithLabels(Names.Of(state)).IncTo(watch.History.Transitions(state));
        }

        Gauge lease = Gauge(
            factory,
            "quorum_lease_remaining_seconds",
            "How long quorate holds if nothing more is heard; 0 if it does not.");
        lease.Set(snapshot.LeaseEnd is null ? 0 : monitor.LeaseRemaining?.TotalSeconds ?? 0);
        if (monitor.ConfirmationAge is { } age)
        {
            Gauge(factory, "quorum_confirmation_age_seconds", "Time since corosync last confirmed the state.")
                .Set(age.TotalSeconds);
        }

        Gauge(factory, "quorum_members", "Nodes in the membership that was last known.").Set(snapshot.Members.Count);
        if (snapshot.RingId is { } ring)
        {
            Gauge(factory, "quorum_ring_sequence", "Sequence number of the membership that was last known.")
                .Set(ring.Sequence);
        }
    }

    // A member's votes count while it is a member.
    private static void FillVotes(MetricFactory factory, QuorumSnapshot snapshot, ClusterView view)
    {
        if (view.Votes is { } votes)
        {
            Gauge counted = Gauge(
                factory, "ha_cluster_corosync_quorum_votes", "Cluster quorum votes; one line per type.", "type");
            counted.WithLabels("expected_votes").Set(votes.Expected);
            counted.WithLabels("highest_expected").Set(votes.HighestExpected);
            counted.WithLabels("total_votes").Set(votes.Total);
            counted.WithLabels("quorum").Set(votes.Quorum);
        }

        Gauge memberVotes = Gauge(
            factory,
            "ha_cluster_corosync_member_votes",
            "How many votes each member node has contributed with to the current quorum.",
            "local",
            "node",
            "node_id");
        Gauge members = Gauge(
            factory, "quorum_node_member", "Whether a configured node is a member.", "node", "node_id");
        foreach (ClusterNode node in view.Nodes)
        {
            string id = node.Id.ToString();
            string name = node.Name ?? id;
            bool isMember = snapshot.Members.Contains(node.Id);
            members.WithLabels(name, id).Set(isMember ? 1 : 0);
            if (isMember && node.Votes is { } vote)
            {
                memberVotes.WithLabels(node.IsLocal ? "true" : "false", name, id).Set(vote);
            }
        }

        Gauge(factory, "quorum_cluster_info", "1, with the cluster's name and transport.", "cluster", "transport")
            .WithLabels(view.ClusterName ?? "", view.Transport ?? "").Set(1);
    }

    // A ring of the older name is a link number: it is healthy while each link of that number is up.
    private static void FillLinks(MetricFactory factory, ClusterPicture picture)
    {
        LinkState[] links = [.. LinkState.Of(picture)];
        if (links.Length == 0)
        {
            return;
        }

        ClusterView view = picture.View;
        Gauge rings = Gauge(
            factory,
            "ha_cluster_corosync_rings",
            "The status of each Corosync ring; 1 means healthy, 0 means faulty.",
            "ring_id",
            "node_id",
            "number",
            "address");
        int faulty = 0;
        foreach (IGrouping<int, LinkState> ring in links.GroupBy(static link => link.Number))
        {
            bool isHealthy = ring.All(static link => link.IsUp);
            faulty += isHealthy ? 0 : 1;
            IReadOnlyList<string> own = view.Nodes.FirstOrDefault(static node => node.IsLocal)?.Addresses ?? [];
            rings.WithLabels(
                view.RingId?.ToString() ?? "",
                view.LocalNode?.ToString() ?? "",
                ring.Key.ToString(CultureInfo.InvariantCulture),
                ring.Key < own.Count ? own[ring.Key] : "").Set(isHealthy ? 1 : 0);
        }

        Gauge(factory, "ha_cluster_corosync_ring_errors", "The total number of faulty corosync rings.").Set(faulty);
        string[] labels = ["node", "node_id", "link"];
        Gauge up = Gauge(factory, "quorum_link_up", "Whether a link to another node works.", labels);
        Gauge mtu = Gauge(factory, "quorum_link_mtu_bytes", "Bytes of a packet on the link.", labels);
        Gauge latency = Gauge(factory, "quorum_link_latency_seconds", "Mean latency that knet measures.", labels);
        Counter downs = factory.CreateCounter("quorum_link_down_total", "How often the link went down.", labels);
        foreach (LinkState link in links)
        {
            string id = link.Node.Id.ToString();
            string[] values =
                [link.Node.Name ?? id, id, link.Number.ToString(CultureInfo.InvariantCulture)];
            up.WithLabels(values).Set(link.IsUp ? 1 : 0);
            mtu.WithLabels(values).Set(link.Mtu);
            if (link.LatencyMicroseconds is { } mean)
            {
                latency.WithLabels(values).Set(mean / Microseconds);
            }

            if (link.DownCount is { } count)
            {
                downs.WithLabels(values).IncTo(count);
            }
        }
    }

    private void FillParts(MetricFactory factory, ClusterView view)
    {
        DateTimeOffset now = time.GetUtcNow();
        Gauge missing = Gauge(
            factory, "quorum_part_missing", "Whether a service of corosync could not be read.", "part");
        Gauge age = Gauge(
            factory, "quorum_part_age_seconds", "Time since a service of corosync was read.", "part");
        foreach (ClusterPart part in view.Parts)
        {
            missing.WithLabels(Names.Of(part.Kind)).Set(part.IsMissing ? 1 : 0);
            if (part.AgeAt(now) is { } seconds)
            {
                age.WithLabels(Names.Of(part.Kind)).Set(seconds.TotalSeconds);
            }
        }
    }

    private static Gauge Gauge(MetricFactory factory, string name, string help, params string[] labels) =>
        factory.CreateGauge(name, help, labels);
}

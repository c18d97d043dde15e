namespace Quorum.Managed.TestSupport;

/// <summary>How the nodes of a cluster talk to each other.</summary>
public enum ClusterTransport
{
    /// <summary>UDP unicast: starts and joins fastest.</summary>
    Udpu,

    /// <summary>Kronosnet, corosync 3's default.</summary>
    Knet,
}

using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>
/// The cluster that scenarios play on, and the steps that change it. A step is over when each daemon has told all its
/// clients.
/// </summary>
internal abstract class ScenarioWorld : IAsyncDisposable
{
    /// <summary>Whether clients are served over datagram sockets.</summary>
    public abstract bool IsSocket { get; }

    /// <summary>Whether the cmap service exists, which tells corosync 2.x from 3.x.</summary>
    public abstract bool HasCmap { get; }

    /// <summary>
    /// The network namespace in which to connect. Connection a is on node 1, b on node 2 and so on; a cluster of one
    /// node has all connections.
    /// </summary>
    public abstract NetworkNamespace NetworkOf(char connection);

    /// <summary>The number of daemons that have ended on the node of the connection.</summary>
    public abstract int GenerationOf(char connection);

    /// <summary>Restores the state in which every scenario begins.</summary>
    public abstract Task ResetAsync();

    /// <summary>Does a step that changes the cluster. Returns false for a step of another kind.</summary>
    public abstract Task<bool> TryDoAsync(Step step);

    public abstract ValueTask DisposeAsync();

    protected static int NodeOf(char connection, int nodes) => nodes == 1 ? 1 : connection - 'a' + 1;

    protected static int Number(Step step) =>
        step.Arguments.Count > 0 ? int.Parse(step.Arguments[0], CultureInfo.InvariantCulture) : 1;
}

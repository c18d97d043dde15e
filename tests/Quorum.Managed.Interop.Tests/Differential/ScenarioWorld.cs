using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>The cluster that scenarios play on, and what they do to it. A step is over when each daemon has told all its clients.</summary>
internal abstract class ScenarioWorld : IAsyncDisposable
{
    /// <summary>Whether clients are served over datagram sockets.</summary>
    public abstract bool IsSocket { get; }

    /// <summary>Whether cmap is there to say that the daemon is no corosync 2.x.</summary>
    public abstract bool HasCmap { get; }

    /// <summary>Where to connect. Connection a is on node 1, b on 2 and so on; on one node, all are on it.</summary>
    public abstract NetworkNamespace NetworkOf(char connection);

    /// <summary>Counts the daemon processes that the connection's node has had.</summary>
    public abstract int GenerationOf(char connection);

    /// <summary>Back to what every scenario begins with.</summary>
    public abstract Task ResetAsync();

    /// <summary>Does one step that concerns the cluster; false when the step is not of this kind.</summary>
    public abstract Task<bool> TryDoAsync(Step step);

    public abstract ValueTask DisposeAsync();

    protected static int NodeOf(char connection, int nodes) => nodes == 1 ? 1 : connection - 'a' + 1;

    protected static int Number(Step step) => step.Arguments.Count > 0 ? int.Parse(step.Arguments[0], CultureInfo.InvariantCulture) : 1;
}

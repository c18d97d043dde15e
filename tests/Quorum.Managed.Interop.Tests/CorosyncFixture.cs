using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// Base of the fixtures that need real clusters. Where clusters cannot run, the tests are ignored with the reason; on
/// CI they fail.
/// </summary>
[Category("Corosync")]
public abstract class CorosyncFixture
{
    [OneTimeSetUp]
    public void RequireCorosync() => Corosync.RequireWithLibraries(Assert.Ignore, Assert.Fail);

    /// <summary>The time limit of every wait. A wait that reaches the limit fails its test.</summary>
    protected static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);
}

using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Base of the fixtures that need real clusters: ignored where they cannot run, a failure on CI.</summary>
[Category("Corosync")]
public abstract class CorosyncFixture
{
    [OneTimeSetUp]
    public void RequireCorosync() => Corosync.RequireWithLibraries(Assert.Ignore, Assert.Fail);

    protected static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);
}

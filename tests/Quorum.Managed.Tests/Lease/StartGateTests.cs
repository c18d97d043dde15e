namespace Quorum.Managed.Tests;

/// <summary>Work that the pool starts too late never starts.</summary>
public sealed class StartGateTests
{
    [Test]
    public void Work_that_had_not_started_when_it_was_asked_for_never_starts()
    {
        StartGate gate = new();
        Assert.That(gate.HasStarted(), Is.False);
        Assert.That(gate.TryStart(static () => true), Is.False);
        Assert.That(gate.HasStarted(), Is.False);
    }

    [Test]
    public void Work_starts_once_and_only_if_the_condition_holds()
    {
        StartGate gate = new();
        Assert.That(gate.TryStart(static () => false), Is.False);
        Assert.That(gate.TryStart(static () => true));
        Assert.That(gate.TryStart(static () => true), Is.False);
        Assert.That(gate.HasStarted());
    }
}

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>The two sides differ. The message has all steps so far with their results.</summary>
public sealed class ScenarioException : Exception
{
    public ScenarioException(string transcript)
        : base("libquorum and QuorumConnection differ:\n" + transcript)
    {
    }

    /// <summary>The same difference, shown by fewer steps.</summary>
    public ScenarioException(string shrunk, ScenarioException failure)
        : base($"shrunk to: {shrunk}\n{failure.Message}", failure)
    {
    }
}

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>The two sides differ; the message is the story so far.</summary>
public sealed class ScenarioException : Exception
{
    public ScenarioException(string transcript)
        : base("libquorum and QuorumConnection differ:\n" + transcript)
    {
    }

    /// <summary>The same, found in a longer scenario.</summary>
    public ScenarioException(string shrunk, ScenarioException failure)
        : base($"shrunk to: {shrunk}\n{failure.Message}", failure)
    {
    }
}

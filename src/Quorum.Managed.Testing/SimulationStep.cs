namespace Quorum.Managed.Testing;

/// <summary>One step of a <see cref="SimulationScript"/>. Immutable.</summary>
/// <param name="Line">The script's line that it stands on, from 1.</param>
/// <param name="At">When, counted from the start.</param>
/// <param name="Command">What.</param>
public sealed record SimulationStep(int Line, TimeSpan At, SimulationCommand Command);

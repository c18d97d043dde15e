namespace Quorum.Managed.Testing;

/// <summary>One step of a <see cref="SimulationScript"/>.</summary>
/// <param name="Line">The number of the step's line in the script. The first line is 1.</param>
/// <param name="At">The time of the step since the start of the script.</param>
/// <param name="Command">What the step does.</param>
/// <remarks>Immutable.</remarks>
public sealed record SimulationStep(int Line, TimeSpan At, SimulationCommand Command);

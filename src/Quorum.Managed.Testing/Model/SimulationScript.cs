using System.Globalization;

namespace Quorum.Managed.Testing;

/// <summary>Changes of a <see cref="SimulatedCluster"/>, each with its time.</summary>
/// <remarks>
/// <para>Immutable.</para>
/// <para>
/// A script is a text with one step a line. The time of <c>at 2s leave 3</c> counts from the start of the script. The
/// time of <c>after 500ms heal</c> counts from the step before. A time is a number with <c>ms</c>, <c>s</c> or
/// <c>m</c>, and no step may be earlier than the step before. The commands are those of
/// <see cref="SimulationCommand"/>. Empty lines are ignored, and so is a <c>#</c> with the rest of its line.
/// </para>
/// </remarks>
public sealed class SimulationScript
{
    private static readonly (string Suffix, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60)];

    private SimulationScript(IReadOnlyList<SimulationStep> steps) => Steps = steps;

    /// <summary>All steps in the order of their times.</summary>
    public IReadOnlyList<SimulationStep> Steps { get; }

    /// <summary>The time of the last step. Zero if the script has no steps.</summary>
    public TimeSpan Duration => Steps.Count > 0 ? Steps[^1].At : TimeSpan.Zero;

    /// <summary>Reads a script.</summary>
    /// <param name="text">The whole text.</param>
    /// <returns>The script.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="FormatException">
    /// A line is wrong. The message begins with the number of the line, for example <c>line 3: </c>.
    /// </exception>
    public static SimulationScript Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<SimulationStep> steps = [];
        int number = 0;
        foreach (string line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            string content = line.Split('#', 2)[0].Trim();
            if (content.Length == 0)
            {
                continue;
            }

            try
            {
                steps.Add(ParseStep(content, number, steps.Count > 0 ? steps[^1] : null));
            }
            catch (FormatException e)
            {
                throw new FormatException(AtLine(number, e.Message), e);
            }
        }

        return new SimulationScript(steps);
    }

    /// <summary>Applies each step at its time.</summary>
    /// <param name="cluster">The cluster to change.</param>
    /// <param name="speed">
    /// How many times faster than written the script runs, above 0. Defaults to 1. With 10, a step at 2 s runs after
    /// 200 ms.
    /// </param>
    /// <param name="beforeStep">Called with each step when its time has come, before the step is applied.</param>
    /// <param name="timeProvider">The clock. Defaults to <see cref="TimeProvider.System"/>.</param>
    /// <param name="cancellationToken">Ends the run between two steps.</param>
    /// <returns>A task that completes after the last step.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="cluster"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="speed"/> is not above 0.</exception>
    /// <exception cref="InvalidOperationException">
    /// A step names a node that the cluster does not have. The message begins with the number of the step's line.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public async Task RunAsync(
        SimulatedCluster cluster,
        double speed = 1,
        Action<SimulationStep>? beforeStep = null,
        TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(speed);
        timeProvider ??= TimeProvider.System;
        long start = timeProvider.GetTimestamp();
        foreach (SimulationStep step in Steps)
        {
            // Each step waits for its time since the start, so that the lateness of the steps before does not add up.
            TimeSpan left = (step.At / speed) - timeProvider.GetElapsedTime(start);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, timeProvider, cancellationToken).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            beforeStep?.Invoke(step);
            try
            {
                step.Command.Apply(cluster);
            }
            catch (ArgumentException e)
            {
                throw new InvalidOperationException(AtLine(step.Line, e.Message), e);
            }
        }
    }

    private static SimulationStep ParseStep(string content, int line, SimulationStep? before)
    {
        string[] parts = content.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 3 || parts[0] is not ("at" or "after"))
        {
            throw new FormatException(
                $"'{content}' is not a step; write at TIME COMMAND or after TIME COMMAND, for example: at 2s leave 3");
        }

        TimeSpan last = before?.At ?? TimeSpan.Zero;
        TimeSpan time = ParseTime(parts[1]);
        time = parts[0] is "after" ? last + time : time;
        return time >= last
            ? new SimulationStep(line, time, SimulationCommand.Parse(parts[2]))
            : throw new FormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"{parts[1]} is before {last.TotalSeconds}s, the time of the step on line {before!.Line}."));
    }

    private static string AtLine(int line, string message) =>
        string.Create(CultureInfo.InvariantCulture, $"line {line}: {message}");

    private static TimeSpan ParseTime(string text)
    {
        foreach ((string suffix, double seconds) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && double.TryParse(
                    text.AsSpan(0, text.Length - suffix.Length),
                    NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out double number)
                && number * seconds <= TimeSpan.FromDays(1).TotalSeconds)
            {
                return TimeSpan.FromSeconds(number * seconds);
            }
        }

        throw new FormatException($"'{text}' is not a time; write 500ms, 2s, 3.5s or 1m, at most a day.");
    }
}

using System.Globalization;

namespace Quorum.Managed.Testing;

/// <summary>What happens to a <see cref="SimulatedCluster"/>, and when. Immutable.</summary>
/// <remarks>
/// A text with one step a line: <c>at 2s leave 3</c> counts from the start, <c>after 500ms heal</c> from the step before. Times are a number with
/// <c>ms</c>, <c>s</c> or <c>m</c> and never go back. The commands are those of <see cref="SimulationCommand"/>. Empty lines, and what follows
/// a <c>#</c>, mean nothing.
/// </remarks>
public sealed class SimulationScript
{
    private static readonly (string Suffix, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60)];

    private SimulationScript(IReadOnlyList<SimulationStep> steps) => Steps = steps;

    /// <summary>All steps, in order of time.</summary>
    public IReadOnlyList<SimulationStep> Steps { get; }

    /// <summary>The time of the last step.</summary>
    public TimeSpan Duration => Steps.Count > 0 ? Steps[^1].At : TimeSpan.Zero;

    /// <summary>Reads a script.</summary>
    /// <param name="text">The whole text.</param>
    /// <returns>The script.</returns>
    /// <exception cref="FormatException">A line is wrong; the message begins with its number: <c>line 3: ...</c>.</exception>
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
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"line {number}: {e.Message}"), e);
            }
        }

        return new SimulationScript(steps);
    }

    /// <summary>Does all steps at their times.</summary>
    /// <param name="cluster">With what.</param>
    /// <param name="speed">How many times faster than written; above 0.</param>
    /// <param name="beforeStep">Is told of each step before it is done; may be null.</param>
    /// <param name="timeProvider">The clock; null is the system's.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <returns>Completes after the last step.</returns>
    /// <exception cref="InvalidOperationException">A step asks for a node that the cluster does not have; the message has its line.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
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
            // By the clock since the start: pauses do not add up.
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
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"line {step.Line}: {e.Message}"), e);
            }
        }
    }

    private static SimulationStep ParseStep(string content, int line, SimulationStep? before)
    {
        string[] parts = content.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 3 || parts[0] is not ("at" or "after"))
        {
            throw new FormatException($"'{content}' is not a step; write at TIME COMMAND or after TIME COMMAND, as in: at 2s leave 3");
        }

        TimeSpan last = before?.At ?? TimeSpan.Zero;
        TimeSpan time = ParseTime(parts[1]);
        time = parts[0] is "after" ? last + time : time;
        return time >= last
            ? new SimulationStep(line, time, SimulationCommand.Parse(parts[2]))
            : throw new FormatException(string.Create(
                CultureInfo.InvariantCulture, $"{parts[1]} is before {last.TotalSeconds}s, the time of the step on line {before!.Line}."));
    }

    private static TimeSpan ParseTime(string text)
    {
        foreach ((string suffix, double seconds) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && double.TryParse(text[..^suffix.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
                && number * seconds <= TimeSpan.FromDays(1).TotalSeconds)
            {
                return TimeSpan.FromSeconds(number * seconds);
            }
        }

        throw new FormatException($"'{text}' is not a time; write 500ms, 2s, 3.5s or 1m, at most a day.");
    }
}

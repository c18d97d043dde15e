namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>
/// One step of a scenario, for example "b: track 3". Without a letter the step is on connection a. README.md explains
/// the words.
/// </summary>
public sealed record Step(char Connection, string Verb, IReadOnlyList<string> Arguments)
{
    /// <summary>Reads one step.</summary>
    public static Step Parse(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words[0] is [char connection, ':']
            ? new Step(connection, words[1], words[2..])
            : new Step('a', words[0], words[1..]);
    }

    /// <summary>Reads steps separated by semicolons.</summary>
    public static IReadOnlyList<Step> ParseAll(string text) =>
        [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];

    /// <summary>The form that <see cref="Parse"/> reads, so that a failed scenario can go into Scenarios.cs.</summary>
    public override string ToString() =>
        string.Join(' ', [.. Connection == 'a' ? [] : new[] { Connection + ":" }, Verb, .. Arguments]);
}

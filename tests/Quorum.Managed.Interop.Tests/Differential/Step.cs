namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>One step of a scenario, in words: "a: track 3", where the connection is a unless said otherwise. README.md has the words.</summary>
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

    /// <summary>As <see cref="Parse"/> reads it: a failed scenario can be pasted into Scenarios.cs.</summary>
    public override string ToString() => string.Join(' ', [.. Connection == 'a' ? [] : new[] { Connection + ":" }, Verb, .. Arguments]);
}

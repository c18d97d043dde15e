using System.Globalization;
using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>
/// What libquorum answered in each scenario on real corosync, as files in Recorded/: every later run must be the same, and the simulator's too. Ring sequences
/// are numbered in the order in which they appear. QUORUM_RECORD=1 writes the files anew from a run on the real daemon.
/// </summary>
internal static partial class Transcripts
{
    private static readonly bool Recording = Environment.GetEnvironmentVariable("QUORUM_RECORD") == "1";

    /// <summary>Compares one scenario's transcript with the recorded one.</summary>
    public static void Check(ScenarioServer server, string scenario, string transcript)
    {
        string normal = Normalize(transcript);
        string name = scenario + ".txt";
        if (Recording && server == ScenarioServer.DaemonSharedMemory)
        {
            File.WriteAllText(Path.Combine(Repository.Root, "tests/Quorum.Managed.Interop.Tests/Differential/Recorded", name), normal);
            return;
        }

        Assert.That(normal, Is.EqualTo(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Differential/Recorded", name))));
    }

    private static string Normalize(string transcript)
    {
        Dictionary<string, int> sequences = [];
        return Ring().Replace(transcript, match =>
        {
            string sequence = match.Groups["sequence"].Value;
            if (!sequences.TryGetValue(sequence, out int number))
            {
                number = sequences.Count + 1;
                sequences.Add(sequence, number);
            }

            return string.Create(CultureInfo.InvariantCulture, $"{match.Groups["node"].Value}.#{number}");
        });
    }

    // At the end of a callback's line.
    [GeneratedRegex(@"(?<=\] )(?<node>[0-9a-f]+)\.(?<sequence>(?!0\b)[0-9a-f]+)(?=[;}])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Ring();
}

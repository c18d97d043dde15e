using System.Globalization;
using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>
/// Recorded/ has the outcome of each scenario with libquorum on real corosync. Every later run must have the same
/// outcome, on the simulator too. Ring sequences are numbered in the order in which they appear. QUORUM_RECORD=1 writes
/// the files anew from a run on the real daemon.
/// </summary>
internal static partial class Transcripts
{
    /// <summary>The folder of the files in the repository.</summary>
    public const string Folder = "tests/Quorum.Managed.Interop.Tests/Differential/Recorded";

    private static readonly bool Recording = Environment.GetEnvironmentVariable("QUORUM_RECORD") == "1";

    /// <summary>Compares the transcript of one scenario with the recorded one.</summary>
    public static void Check(ScenarioServer server, string scenario, string transcript)
    {
        string normal = Normalize(transcript);
        string name = scenario + ".txt";
        if (Recording && server == ScenarioServer.DaemonSharedMemory)
        {
            File.WriteAllText(Path.Combine(Repository.Root, Folder, name), normal);
            return;
        }

        string recorded = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Differential/Recorded", name));
        Assert.That(normal, Is.EqualTo(recorded));
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

    // A ring id ends the text of a callback.
    [GeneratedRegex(
        @"(?<=\] )(?<node>[0-9a-f]+)\.(?<sequence>(?!0\b)[0-9a-f]+)(?=[;}])",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Ring();
}

using System.Diagnostics;
using System.Globalization;
using CsCheck;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>
/// Random scenarios of 5 to 40 steps on two connections. A failing scenario is shrunk, and the message has it in the
/// form of Scenarios.cs. QUORUM_SCENARIOS sets the number of scenarios for each server. It defaults to 500 on the
/// daemon over shared memory and to 150 elsewhere.
/// </summary>
public sealed class GeneratedScenarioTests(ScenarioServer server) : ScenarioFixture(server)
{
    private static readonly Gen<char> Connections = Gen.Frequency((3, Gen.Const('a')), (1, Gen.Const('b')));

    private static readonly Gen<string> Inside = OneOf(
        "quorate", "track", "stop", "context", "nested-nb", "nested-all",
        "finalize", "finalize-quorate", "finalize-dispatch");

    private static readonly Gen<string> Initialize = Gen.Select(
        OneOf("v1", "v1", "v1", "v0", "old", "2"),
        OneOf("both", "both", "both", "quorum", "nodelist", "none"),
        static (model, callbacks) => $"init {model} {callbacks}");

    private static readonly Gen<string> Verbs = Gen.Frequency(
        (6, Initialize),
        (10, Gen.Int[0, 8].Select(static f => $"track {f}")),
        (4, Gen.Const("stop")),
        (6, Gen.Const("quorate")),
        (14, OneOf("flip 0", "flip 1")),
        (8, Gen.Const("dispatch nb")),
        (6, Gen.Const("dispatch one")),
        (8, Gen.Const("dispatch all")),
        (6, Gen.Select(OneOf("nb", "one", "all"), Inside, static (f, i) => $"dispatch {f} {i}")),
        (1, Gen.Const("dispatch blocking finalize")),
        (1, Gen.Int[-1, 6].Select(static f => $"dispatch {(f is 1 or 3 ? 0 : f)}")),
        (2, Gen.Int[0, 99].Select(static c => $"context {c}")),
        (2, Gen.Const("context?")),
        (2, Gen.Const("finalize")));

    // Restarts are rare, because each takes a second.
    private static readonly Gen<Step> Steps = Gen.Frequency(
        (1500, Gen.Select(Connections, Verbs, static (c, v) => Step.Parse(v) with { Connection = c })),
        (1, Gen.Const(Step.Parse("restart"))));

    private static readonly Gen<List<Step>> Generated = Gen.Select(
        OneOf("v1", "v1", "v0"),
        Steps.List[3, 38],
        static (model, steps) =>
            (List<Step>)[Step.Parse($"init {model} both"), Step.Parse("b: init v1 both"), .. steps]);

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private protected override CorosyncClusterOptions ClusterOptions => new() { QuorumDevice = true };

    [Test]
    public async Task Both_do_the_same_in_generated_scenarios()
    {
        string? setting = Environment.GetEnvironmentVariable("QUORUM_SCENARIOS");
        int count = int.TryParse(setting, CultureInfo.InvariantCulture, out int wanted) ? wanted
            : Server == ScenarioServer.DaemonSharedMemory ? 500
            : 150;
        int ran = 0;
        int steps = 0;
        int skipped = 0;
        long start = Stopwatch.GetTimestamp();
        await Generated.SampleAsync(
            async scenario =>
            {
                try
                {
                    using ScenarioRunner runner = await ScenarioRunner.PlayAsync(World, scenario);
                    ran++;
                    steps += scenario.Count;
                    skipped += runner.Skipped;
                }
                catch (ScenarioException e)
                {
                    throw await ShrinkAsync(scenario, e);
                }
            },
            iter: count,
            threads: 1,
            print: static scenario => string.Join("; ", scenario));
        string took = Stopwatch.GetElapsedTime(start).TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        await TestContext.Progress.WriteLineAsync(
            $"{Server}: {ran} generated scenarios, {steps} steps ({skipped} left out), all equal, in {took} s");
        Assert.That(ran, Is.GreaterThanOrEqualTo(count));
    }

    // Leaves out each step that the failure does not need. CsCheck shrinks by random search, which seldom gets as far.
    private async Task<ScenarioException> ShrinkAsync(List<Step> scenario, ScenarioException failure)
    {
        for (int i = scenario.Count - 1; i >= 0; i--)
        {
            List<Step> shorter = [.. scenario[..i], .. scenario[(i + 1)..]];
            try
            {
                (await ScenarioRunner.PlayAsync(World, shorter)).Dispose();
            }
            catch (ScenarioException e)
            {
                (scenario, failure) = (shorter, e);
            }
        }

        return new ScenarioException(string.Join("; ", scenario), failure);
    }
}

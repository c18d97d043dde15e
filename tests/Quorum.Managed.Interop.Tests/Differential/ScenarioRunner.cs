using System.Globalization;
using System.Text;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>
/// Plays a scenario on libquorum and on QuorumConnection side by side, on the same daemons, and compares each step.
/// </summary>
internal sealed class ScenarioRunner(ScenarioWorld world) : IDisposable
{
    // A call that does not end within this time waits. Too short a time could only miss a difference, not invent one.
    private static readonly TimeSpan LongCall = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<char, Pair> _pairs = [];
    private readonly List<Pair> _all = [];
    private readonly StringBuilder _transcript = new();

    /// <summary>The number of steps that made no sense in their place and were left out on both sides.</summary>
    public int Skipped { get; private set; }

    /// <summary>Plays a scenario from the initial state of the world.</summary>
    /// <exception cref="ScenarioException">The two differ, and the difference is not deliberate.</exception>
    public static async Task<ScenarioRunner> PlayAsync(ScenarioWorld world, IReadOnlyList<Step> steps)
    {
        await world.ResetAsync();
        ScenarioRunner runner = new(world);
        try
        {
            foreach (Step step in steps)
            {
                await runner.DoAsync(step);
            }
        }
        finally
        {
            runner.Dispose();
        }

        return runner;
    }

    public override string ToString() => _transcript.ToString();

    public void Dispose()
    {
        foreach (Pair pair in _all)
        {
            pair.Native.Dispose();
            pair.Managed.Dispose();
        }
    }

    private async Task DoAsync(Step step)
    {
        if (await world.TryDoAsync(step))
        {
            _transcript.Append(CultureInfo.InvariantCulture, $"  {step}\n");
            return;
        }

        if (step.Verb == "init" || step is { Verb: "waits", Arguments: ["init", ..] })
        {
            ManagedClient client = new(assumeModelV1: !world.HasCmap);
            Pair fresh = new(new NativeClient(), client, world.GenerationOf(step.Connection));
            _pairs[step.Connection] = fresh;
            _all.Add(fresh);
        }

        if (!_pairs.TryGetValue(step.Connection, out Pair? pair)
            || (!pair.IsOpen && step.Verb is not ("init" or "waits")))
        {
            Skip(step);
            return;
        }

        pair.Native.Log.Clear();
        pair.Managed.Log.Clear();
        bool wasFinalized = pair.IsFinalized;
        bool gone = pair.Generation != world.GenerationOf(step.Connection);
        (string native, string managed) =
            step.Verb == "waits" ? await WaitAsync(step, pair) : Do(step, pair, gone);
        if (native == "skip")
        {
            Skip(step);
            return;
        }

        pair.IsOpen |= native.StartsWith("Ok type", StringComparison.Ordinal)
            || native.Contains("; Ok type", StringComparison.Ordinal);
        pair.IsFinalized |= step.Verb == "finalize"
            || pair.Native.Log.Exists(static line => line.Contains(": finalize", StringComparison.Ordinal));
        StepResult result =
            new(step, wasFinalized, gone, native, managed, [.. pair.Native.Log], [.. pair.Managed.Log]);
        _transcript.Append(result).Append('\n');
        if (!result.IsEqual && DeliberateDifferences.Explain(result) is null)
        {
            throw new ScenarioException(_transcript.ToString());
        }

        ComparePolling();
    }

    // Both descriptors of a pair must be readable at the same time, except for the difference "poll-sees-death".
    private void ComparePolling()
    {
        foreach ((char connection, Pair pair) in _pairs)
        {
            bool gone = pair.Generation != world.GenerationOf(connection);
            bool expected = pair.Native.IsReadable || (gone && world.IsSocket);
            if (pair.IsOpen && !pair.IsFinalized && expected != pair.Managed.IsReadable)
            {
                throw new ScenarioException(
                    $"{_transcript}  {connection}: readable: libquorum {pair.Native.IsReadable}, "
                    + $"managed {pair.Managed.IsReadable}, daemon gone {gone}");
            }
        }
    }

    private (string Native, string Managed) Do(Step step, Pair pair, bool gone)
    {
        if (step is { Verb: "dispatch", Arguments: [string flags, ..] } && !pair.IsFinalized)
        {
            bool readable = gone || pair.Native.IsReadable;
            if (flags == "one" && !readable)
            {
                // libquorum would wait for ever.
                return ("waits", pair.Managed.DispatchOneWaits() ? "waits" : "does not wait");
            }

            bool ends = step.Arguments is [_, "finalize", ..] && readable && pair.HasAllCallbacks;
            if (flags == "blocking" && !ends && !gone)
            {
                return ("skip", "skip");
            }
        }

        // Once the daemon is gone, libquorum calls no callback. Calls inside one would happen on the managed side only.
        IReadOnlyList<string> arguments = gone && step.Verb == "dispatch" ? [step.Arguments[0]] : step.Arguments;
        Func<IQuorumClient, string> call = Call(step.Verb, arguments, step.Connection, pair);
        return (call(pair.Native), call(pair.Managed));
    }

    // Both calls must wait. Then the rest of the step ends their wait.
    private async Task<(string Native, string Managed)> WaitAsync(Step step, Pair pair)
    {
        string[] what = step.Arguments[0].Split('-', 2);
        int release = step.Arguments[0] == "init" ? 3 : 1;
        IReadOnlyList<string> arguments = what[0] switch
        {
            "one" or "blocking" => [.. what],
            "track" => ["3"],
            "init" => [.. step.Arguments.Skip(1).Take(2)],
            _ => [],
        };
        string verb = what[0] is "one" or "blocking" ? "dispatch" : what[0];
        Func<IQuorumClient, string> call = Call(verb, arguments, step.Connection, pair);
        Task<string> native = OwnThread.Run(() => call(pair.Native));
        Task<string> managed = OwnThread.Run(() => call(pair.Managed));
        _ = Task.WaitAll([native, managed], LongCall);
        string nativeWaits = native.IsCompleted ? "did not wait; " : "waited; ";
        string managedWaits = managed.IsCompleted ? "did not wait; " : "waited; ";
        Step end = Step.Parse(string.Join(' ', step.Arguments.Skip(release)));
        if (!await world.TryDoAsync(end))
        {
            throw new ArgumentException($"{step}: {end} is no step that ends a wait");
        }

        return (nativeWaits + await native.WaitAsync(Patience), managedWaits + await managed.WaitAsync(Patience));
    }

    private Func<IQuorumClient, string> Call(string verb, IReadOnlyList<string> arguments, char connection, Pair pair)
    {
        switch (verb)
        {
            case "init":
                string callbacks = arguments.Count > 1 ? arguments[1] : "both";
                pair.HasAllCallbacks = callbacks == "both";
                int model = arguments[0] switch { "v0" => 0, "v1" => 1, "old" => -1, _ => Number(arguments[0]) };
                return client => world.NetworkOf(connection).Run(() => client.Initialize(model, callbacks));
            case "quorate":
                return static client => client.GetQuorate();
            case "track":
                uint track = unchecked((uint)Number(arguments[0]));
                return client => client.TrackStart(track);
            case "stop":
                return static client => client.TrackStop();
            case "dispatch":
                int flags = arguments[0] switch
                {
                    "one" => 1,
                    "all" => 2,
                    "blocking" => 3,
                    "nb" => 4,
                    _ => Number(arguments[0]),
                };
                string inside = arguments.Count > 1 ? arguments[1] : "";
                return client => client.Dispatch(flags, inside);
            case "context":
                int context = Number(arguments[0]);
                return client => client.SetContext(context);
            case "context?":
                return static client => client.GetContext();
            case "finalize":
                return static client => client.FinalizeConnection();
            default:
                throw new ArgumentException($"No such step: {verb}");
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private void Skip(Step step)
    {
        Skipped++;
        _transcript.Append(CultureInfo.InvariantCulture, $"  {step} (left out)\n");
    }

    private sealed class Pair(NativeClient native, ManagedClient managed, int generation)
    {
        public NativeClient Native { get; } = native;

        public ManagedClient Managed { get; } = managed;

        public int Generation { get; } = generation;

        public bool IsOpen { get; set; }

        public bool IsFinalized { get; set; }

        public bool HasAllCallbacks { get; set; }
    }
}

using System.Globalization;
using Quorum.Managed.Benchmarks.Paired;
using Quorum.Managed.Benchmarks.Support;

namespace Quorum.Managed.Benchmarks;

// The parts of a paired run that need a process of their own, inside a node.
internal static class ChildCommands
{
    // The command line that starts this program as a child.
    public static string[] Command(string name, params IEnumerable<object> arguments)
    {
        string self = Environment.ProcessPath!;
        string[] program =
            Path.GetFileName(self) == "dotnet" ? [self, typeof(ChildCommands).Assembly.Location] : [self];
        IEnumerable<string> texts =
            arguments.Select(argument => Convert.ToString(argument, CultureInfo.InvariantCulture)!);
        return [.. program, "child", name, .. texts];
    }

    public static int Run(string[] args)
    {
        switch (args)
        {
            case ["round-trip", var pairs, var warmUp, var calls, var daemon]:
                RoundTrip(Number(pairs), Number(warmUp), Number(calls), Number(daemon));
                return 0;
            case ["memory", "native", var count]:
                Memory(NativeConnection.Connect, connection => connection.GetQuorate(), Number(count));
                return 0;
            case ["memory", "managed", var count]:
                Memory(static () => QuorumConnection.Connect(), connection => connection.GetQuorate(), Number(count));
                return 0;
            default:
                return 64;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    // Prints a line per pair: p50 native and managed, p99 native and managed.
    private static void RoundTrip(int pairs, int warmUp, int calls, int daemonPid)
    {
        using NativeConnection native = NativeConnection.Connect();
        using QuorumConnection managed = QuorumConnection.Connect();
        for (int i = 0; i < warmUp; i++)
        {
            _ = native.GetQuorate();
            _ = managed.GetQuorate();
        }

        long[] ticks = new long[calls];
        for (int pair = 0; pair < pairs; pair++)
        {
            RoundTripMeasure.Figures n = RoundTripMeasure.Calls(native, ticks, daemonPid);
            RoundTripMeasure.Figures m = RoundTripMeasure.Calls(managed, ticks, daemonPid);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{n.P50} {m.P50} {n.P99} {m.P99}"));
        }
    }

    // Opens connections when it reads a line, prints by how much this process grew, and holds them until the next line.
    private static void Memory<T>(Func<T> connect, Action<T> ask, int count)
        where T : IDisposable
    {
        T[] connections = new T[count];
        // The first connection is not counted: it also loads what all later ones share.
        using T first = connect();
        ask(first);
        GC.Collect();
        long before = ProcessFigures.ResidentBytes(Environment.ProcessId);
        Console.WriteLine("ready");
        _ = Console.ReadLine();
        for (int i = 0; i < count; i++)
        {
            connections[i] = connect();
            ask(connections[i]);
        }

        GC.Collect();
        long grown = ProcessFigures.ResidentBytes(Environment.ProcessId) - before;
        Console.WriteLine(grown.ToString(CultureInfo.InvariantCulture));
        _ = Console.ReadLine();
        Array.ForEach(connections, connection => connection.Dispose());
    }
}

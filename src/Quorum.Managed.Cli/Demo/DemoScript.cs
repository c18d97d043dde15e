using Quorum.Managed.Testing;

namespace Quorum.Managed.Cli;

// The story of the demo: twenty seconds in the life of a cluster of three nodes.
internal static class DemoScript
{
    public static SimulationScript Script { get; } = SimulationScript.Parse("""
        at 0s     say Three nodes with one vote each. More than half of the votes is quorum.
        at 3.5s   say Node 3 is shut down. Two votes of three remain: still quorate.
        at 3.5s   leave 3
        at 7.5s   say The network breaks between 1 and 2. One vote of three: node 1 must not write.
        at 7.5s   partition 1 | 2
        at 12s    say The network heals. Two of three again: node 1 may go on.
        at 12s    heal
        at 15.5s  say Node 3 comes back. All is well.
        at 15.5s  join 3
        at 20s    say The end.
        """);
}

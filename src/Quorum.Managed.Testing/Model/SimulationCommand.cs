using System.Globalization;

namespace Quorum.Managed.Testing;

/// <summary>
/// One change of a <see cref="SimulatedCluster"/>, written as a line of text. Scripts and the console of
/// <c>quorum simulate</c> use these commands.
/// </summary>
/// <remarks>Immutable. <see cref="Help"/> lists the commands.</remarks>
public sealed class SimulationCommand
{
    private readonly Action<SimulatedCluster> _apply;
    private readonly string _text;

    private SimulationCommand(string text, Action<SimulatedCluster> apply)
    {
        _text = text;
        _apply = apply;
    }

    /// <summary>All commands with what they do, one command a line. Lines end with a line feed.</summary>
    public static string Help { get; } = """
        join N                start node N's corosync; it joins the nodes of its partition
        leave N               stop node N's corosync in order
        kill N                kill node N's corosync; its files stay behind
        restart N             restart node N's corosync before the other nodes notice
        partition 1 2 | 3     cut the links between groups of nodes
        heal                  undo the partition
        expected V            set the expected votes to V
        quorate yes|no|votes  make all partitions quorate or not, or count votes again
        say TEXT              print a text; the cluster does not change
        """.ReplaceLineEndings("\n");

    /// <summary>The text of a <c>say</c> command. Null for every other command.</summary>
    public string? Saying { get; private init; }

    /// <summary>Reads a command.</summary>
    /// <param name="text">One line, for example <c>partition 1 2 | 3</c>.</param>
    /// <returns>The command.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="FormatException">The line is not a command. The message says what is expected.</exception>
    public static SimulationCommand Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        string[] arguments = words.Length > 0 ? words[1..] : [];
        switch (words.Length > 0 ? words[0] : string.Empty)
        {
            case "join":
                return OnNode(text, arguments, static (cluster, node) => cluster.Join(node));
            case "leave":
                return OnNode(text, arguments, static (cluster, node) => cluster.Leave(node));
            case "kill":
                return OnNode(text, arguments, static (cluster, node) => cluster.Kill(node));
            case "restart":
                return OnNode(text, arguments, static (cluster, node) => cluster.Restart(node));
            case "partition":
                return Partition(text, text["partition".Length..]);
            case "heal" when arguments.Length == 0:
                return new SimulationCommand(text, static cluster => cluster.Heal());
            case "heal":
                throw new FormatException("heal takes no argument.");
            case "expected":
                return ExpectedVotes(text, arguments);
            case "quorate":
                return Quorate(text, arguments);
            case "say":
                return new SimulationCommand(text, static _ => { }) { Saying = text["say".Length..].Trim() };
            default:
                throw new FormatException(
                    $"'{text}' is not a command; the commands are "
                    + "join, leave, kill, restart, partition, heal, expected, quorate and say.");
        }
    }

    /// <summary>Applies the command to a cluster.</summary>
    /// <param name="cluster">The cluster to change.</param>
    /// <exception cref="ArgumentNullException"><paramref name="cluster"/> is null.</exception>
    /// <exception cref="ArgumentException">The cluster has no such node. Nothing has changed.</exception>
    /// <exception cref="IOException">A node starts, and the address of its simulator is taken.</exception>
    public void Apply(SimulatedCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        _apply(cluster);
    }

    /// <summary>Gets the line that the command was read from.</summary>
    /// <returns>The line, without white space around it.</returns>
    public override string ToString() => _text;

    private static SimulationCommand OnNode(string text, string[] arguments, Action<SimulatedCluster, uint> apply)
    {
        uint node = arguments.Length == 1
            ? NodeNumber(arguments[0])
            : throw new FormatException($"{text.Split(' ')[0]} takes one node number.");
        return new SimulationCommand(text, cluster => apply(cluster, node));
    }

    private static SimulationCommand Partition(string text, string rest)
    {
        uint[][] groups =
        [
            .. rest.Split('|').Select(static group =>
                group.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(NodeNumber).ToArray()),
        ];
        if (groups.Any(static group => group.Length == 0))
        {
            throw new FormatException("partition takes groups of node numbers with | between them: partition 1 2 | 3.");
        }

        if (groups.SelectMany(static group => group).Distinct().Count() != groups.Sum(static group => group.Length))
        {
            throw new FormatException("a node can be in one group only.");
        }

        return new SimulationCommand(text, cluster => cluster.Partition(groups));
    }

    private static SimulationCommand Quorate(string text, string[] arguments)
    {
        bool? quorate = arguments switch
        {
            ["yes"] => true,
            ["no"] => false,
            ["votes"] => null,
            _ => throw new FormatException("quorate takes yes, no or votes."),
        };
        return new SimulationCommand(text, cluster => cluster.SetQuorate(quorate));
    }

    private static SimulationCommand ExpectedVotes(string text, string[] arguments)
    {
        int votes = 0;
        if (arguments.Length == 1)
        {
            _ = int.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out votes);
        }

        return votes > 0
            ? new SimulationCommand(text, cluster => cluster.SetExpectedVotes(votes))
            : throw new FormatException("expected takes a number of votes above 0.");
    }

    private static uint NodeNumber(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint node) && node > 0
            ? node
            : throw new FormatException($"'{text}' is not a node number.");
}

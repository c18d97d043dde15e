using System.CommandLine;
using System.Text;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// Shows the keys of corosync's maps, and with --follow their changes.
internal static class MapCommand
{
    private const int LongestPrefix = 255;

    public static Command Create(CommandHost host)
    {
        Command command = new(
            "map",
            "Show the keys of corosync's configuration map, with their values. Exit codes: 0 shown, 1 no such key, " +
            "2 not known.");
        Argument<string> prefix = new("PREFIX")
        {
            Description = "What the keys begin with. Default: all keys.",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = static _ => string.Empty,
        };
        Option<bool> stats = new("--stats") { Description = "Show the statistics map instead." };
        Option<bool> follow = new("--follow")
        {
            Description = "Then print each change until a signal. Of statistics only new and deleted keys are told.",
        };
        command.Add(prefix);
        command.Add(stats);
        command.Add(follow);
        DaemonArguments arguments = DaemonArguments.ForAnswer(command, usesQuorum: false);
        command.SetAction((result, cancellationToken) =>
        {
            MapQuestion question = new(
                arguments.Connection(result),
                arguments.Timeout(result),
                result.GetValue(stats) ? CmapMap.Statistics : CmapMap.Configuration,
                Checked(result.GetValue(prefix)!),
                arguments.Json(result));
            return result.GetValue(follow)
                ? MapFollower.RunAsync(host, question, cancellationToken)
                : ShowAsync(host, question, cancellationToken);
        });
        return command;
    }

    private static async Task<int> ShowAsync(
        CommandHost host, MapQuestion question, CancellationToken cancellationToken)
    {
        FirstProcess.EndOnSignals();
        List<KeyValuePair<string, CmapValue>>? found = await LimitedQuestion.AskAsync(
            host, question.Options, question.Timeout, question.ReadAsync, cancellationToken);
        if (found is null)
        {
            return ExitCodes.Unknown;
        }

        if (found.Count == 0)
        {
            host.WriteError(question.NothingFound);
            return ExitCodes.NothingFound;
        }

        return AnswerOutput.Write(host, Write, ExitCodes.Done);

        void Write(TextWriter writer)
        {
            using MapOutput output = new(writer, question.Json);
            foreach ((string key, CmapValue value) in found)
            {
                output.Value(key, value);
            }
        }
    }

    // No key of corosync begins with a hyphen. An option that does not exist would be taken for a prefix.
    private static string Checked(string prefix) =>
        prefix.StartsWith('-') ? throw new UsageException($"'{prefix}' is not an option of map.") :
        Encoding.UTF8.GetByteCount(prefix) > LongestPrefix
            ? throw new UsageException($"PREFIX is longer than {LongestPrefix} bytes, the longest that a key can be.")
            : prefix;
}

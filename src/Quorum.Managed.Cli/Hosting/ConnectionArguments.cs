using System.CommandLine;
using System.Globalization;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// The options that say where the daemon is and whom to trust.
internal sealed class ConnectionArguments
{
    private const int LargestMessageSize = 64 * 1024 * 1024;

    private readonly Option<QuorumEndpoint?> _endpoint = ParsedOption.Create<QuorumEndpoint?>(
        "--endpoint",
        "ENDPOINT",
        "Where corosync listens: automatic, abstract:NAME or unix:/PATH. " +
        $"Default: ${QuorumEndpoint.EnvironmentVariable}, else automatic.",
        QuorumEndpoint.Parse);

    private readonly Option<string> _sharedMemory = ParsedOption.Create(
        "--shm-dir", "DIRECTORY", "Where the daemon's /dev/shm is mounted here. Default: /dev/shm.", AbsolutePath);

    private readonly Option<uint[]?> _trustedUids = ParsedOption.CreateMany(
        "--trust-uid",
        "UID",
        "Trust a listener that runs as this uid, besides root and yourself; can be repeated.",
        static text => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint uid)
            ? uid
            : throw new FormatException($"'{text}' is not a uid."));

    private readonly Option<int?> _maxMessageSize = ParsedOption.Create<int?>(
        "--max-message-size",
        "BYTES",
        "The size of each of the connection's three rings in /dev/shm, 12328 to 67108864. Default: 65536.",
        static text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes)
            && bytes is >= WireLimits.MinMaxMessageSize and <= LargestMessageSize
                ? bytes
                : throw new FormatException($"'{text}' is not a number from 12328 to 67108864."));

    // Null for a command that does not use the quorum service.
    private readonly ModelArguments? _model;

    public ConnectionArguments(Command command, bool usesQuorum)
    {
        _endpoint.CompletionSources.Add("automatic", "abstract:", "unix:");
        command.Add(_endpoint);
        command.Add(_sharedMemory);
        command.Add(_trustedUids);
        command.Add(_maxMessageSize);
        _model = usesQuorum ? new ModelArguments(command) : null;
    }

    public QuorumConnectionOptions Apply(ParseResult result, QuorumConnectionOptions options)
    {
        options = options with
        {
            Endpoint = result.GetValue(_endpoint) ?? EndpointOfEnvironment(),
            AdditionalTrustedUids = result.GetValue(_trustedUids) ?? [],
            MaxMessageSize = result.GetValue(_maxMessageSize) ?? options.MaxMessageSize,
        };
        options = _model?.Apply(result, options) ?? options;
        return result.GetValue(_sharedMemory) is { } directory
            ? options with { SharedMemoryDirectory = directory }
            : options;
    }

    // A wrong variable is a usage error here. QuorumEndpoint.Default would report it as a failure to connect.
    private static QuorumEndpoint EndpointOfEnvironment()
    {
        try
        {
            return QuorumEndpoint.FromEnvironment();
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static string AbsolutePath(string text) => Path.IsPathRooted(text)
        ? text
        : throw new FormatException($"'{text}' is not an absolute path.");
}

namespace Quorum.Managed.Gateway;

// What the command line says.
internal sealed record GatewayOptions
{
    public const int DefaultPort = 9764;

    public IReadOnlyList<ListenAddress> Listen { get; init; } = [ListenAddress.Default];

    public QuorumConnectionOptions Connection { get; init; } = new();

    public QuorumAssurance Assurance { get; init; } = QuorumAssurance.Leased;

    public TimeSpan LeaseMargin { get; init; } = new QuorumMonitorOptions().LeaseMargin;

    // How often votes, links and statistics are read. A change of the state or the members is read at once.
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    public string? StateFile { get; init; }

    public StateFormat StateFormat { get; init; } = StateFormat.Keepalived;

    public string? OnChange { get; init; }

    public TimeSpan OnChangeTimeout { get; init; } = TimeSpan.FromSeconds(10);
}

using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// The container engine in a node. Without the node's namespaces podman would change the machine's network, so nothing
/// here runs outside a node. Disposal removes the containers and the store.
/// </summary>
internal sealed class Podman : IAsyncDisposable
{
    /// <summary>An image that holds the statically linked command, with deploy/Containerfile's health check.</summary>
    public const string Image = "localhost/quorum:test";

    // Root in a container may not raise its limits, and podman would by default. A node may be unable to write to /etc.
    private const string Engine =
        """
        engine() {
            podman --root "$0/store" --runroot "$0/run" --network-config-dir "$0/networks" --runtime runc \
                --log-level=fatal "$@"
        }
        limits=(--pull=never --ulimit "nofile=$(ulimit -Hn):$(ulimit -Hn)"
                --ulimit "nproc=$(cat /proc/sys/kernel/pid_max):$(cat /proc/sys/kernel/pid_max)")

        """;

    private static int _created;

    private readonly CorosyncNode _node;
    private readonly string _store = string.Create(
        CultureInfo.InvariantCulture,
        $"/var/tmp/quorum-podman-{Environment.ProcessId}-{Interlocked.Increment(ref _created)}");

    private Podman(CorosyncNode node) => _node = node;

    /// <summary>Builds the image in the node's own store.</summary>
    public static async Task<Podman> CreateAsync(CorosyncNode node)
    {
        string? missing = new[] { "podman", "runc" }.FirstOrDefault(static program => !Corosync.IsInstalled(program));
        Requirement.Check(missing is null ? null : $"{missing} is not installed", Assert.Ignore, Assert.Fail);
        string file = await StaticFile.PathAsync();
        Podman podman = new(node);
        try
        {
            await podman.BuildAsync(file);
            return podman;
        }
        catch
        {
            await podman.DisposeAsync();
            throw;
        }
    }

    private async Task BuildAsync(string file)
    {
        // A node with socket files has a /tmp of its own, where the checkout may be. It sees /var/tmp.
        string context = Directory.CreateDirectory(Path.Combine(_store, "context")).FullName;
        string recipe = Path.Combine(context, "Containerfile");
        File.Copy(file, Path.Combine(context, "quorum"));
        File.Copy(Path.Combine(Repository.Root, "deploy", "Containerfile"), recipe);
        await ExpectAsync("build", "--format", "docker", "-t", Image, "-f", recipe, context);
    }

    /// <summary>Runs a container to its end. The arguments are options of podman run, the image, its command.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) =>
        _node.RunAsync(Script("engine run --rm \"${limits[@]}\" \"$@\"", arguments));

    /// <summary>Starts a container in the foreground.</summary>
    public NodeProcess Start(params string[] arguments) =>
        _node.Start(Script("engine run --rm \"${limits[@]}\" \"$@\"", arguments));

    /// <summary>Starts a container in the background.</summary>
    public Task<string> StartDetachedAsync(string name, params string[] arguments) =>
        ExpectScriptAsync("engine run -d --name \"$1\" \"${limits[@]}\" \"${@:2}\"", [name, .. arguments]);

    /// <summary>Runs another command of podman. It must succeed. Returns its output.</summary>
    public async Task<string> ExpectAsync(params string[] arguments)
    {
        CommandResult result = await CommandAsync(arguments);
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        return result.Output;
    }

    /// <summary>Runs another command of podman.</summary>
    public Task<CommandResult> CommandAsync(params string[] arguments) =>
        _node.RunAsync(Script("engine \"$@\"", arguments));

    public async ValueTask DisposeAsync()
    {
        _ = await CommandAsync("rm", "-fa", "-t", "0");
        _ = await CommandAsync("rmi", "-fa");
        _ = await _node.RunAsync("rm", "-rf", _store);
    }

    private async Task<string> ExpectScriptAsync(string script, string[] arguments)
    {
        CommandResult result = await _node.RunAsync(Script(script, arguments));
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        return result.Output.Trim();
    }

    private string[] Script(string script, string[] arguments) =>
        ["bash", "-c", Engine + script, _store, .. arguments];
}

using System.Globalization;
using System.Net.Sockets;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

// A command that is the first process of a PID namespace, as in a container, and waits for a daemon that never answers.
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FirstProcessTests : IDisposable
{
    private string _path = string.Empty;
    private Socket _listener = null!;

    [SetUp]
    public void Listen()
    {
        string? missing = Environment.UserName == "root" ? null : "unshare(2) needs root";
        Requirement.Check(missing, Assert.Ignore, Assert.Fail);
        _path = Path.Combine(Path.GetTempPath(), "quorum-cli-" + Guid.NewGuid().ToString("N"));
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
    }

    public void Dispose()
    {
        _listener?.Dispose();
        File.Delete(_path);
    }

    [Test]
    public async Task A_first_process_ends_on_a_signal(
        [Values("check", "status", "nodes", "wait")] string command,
        [Values(NodeProcess.Terminate, NodeProcess.Interrupt)] int signal)
    {
        await using NodeProcess unshare = CommandProcess.StartUnder(
            ["unshare", "--pid", "--fork", "--kill-child"], command, "--endpoint", _path, "--timeout", "1h");
        string children = string.Create(
            CultureInfo.InvariantCulture, $"/proc/{unshare.Pid}/task/{unshare.Pid}/children");
        await Wait.UntilAsync(() => File.ReadAllText(children).Length > 0, "the process");
        int pid = int.Parse(File.ReadAllText(children), CultureInfo.InvariantCulture);
        // It handles signals before it connects. Earlier, .NET's handler is there and does nothing.
        using Socket accepted = await Wait.ForAsync(_listener.AcceptAsync());
        CommandProcess.Signal(pid, signal);
        Assert.That((await unshare.WaitAsync(Wait.Bound)).ExitCode, Is.EqualTo(128 + signal));
    }
}

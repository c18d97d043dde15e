using System.Net.Sockets;

namespace Quorum.Managed.Cli.Tests;

// A stopped daemon: the kernel accepts connections for it, and nothing answers.
public sealed class SilentDaemonTests
{
    private string _path = string.Empty;
    private Socket _listener = null!;

    [SetUp]
    public void Listen()
    {
        _path = Path.Combine(Path.GetTempPath(), "quorum-cli-" + Guid.NewGuid().ToString("N"));
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
    }

    [TearDown]
    public void Close()
    {
        _listener.Dispose();
        File.Delete(_path);
    }

    [TestCase("status")]
    [TestCase("check")]
    [TestCase("watch")]
    public async Task Invoke_without_an_answer_ends_with_2_at_the_timeout(string command)
    {
        CommandRun run = await CommandRun.InvokeAsync(command, "--endpoint", _path, "--timeout", "100ms");

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Match(@"\Aquorum: The daemon [^\n]*did not answer [^\n]+\n\z"));
    }

    [Test]
    public async Task Watch_cancelled_ends_with_0()
    {
        using CancellationTokenSource stop = new();
        Task<CommandRun> running = CommandRun.InvokeAsync(
            ["watch", "--json", "--endpoint", _path, "--timeout", "1h"], static host => host, stop.Token);
        using Socket accepted = await _listener.AcceptAsync().WaitAsync(CommandRun.Patience);
        await stop.CancelAsync();
        CommandRun run = await running;

        Assert.That(run, Is.EqualTo(new CommandRun(0, string.Empty, string.Empty)));
    }
}

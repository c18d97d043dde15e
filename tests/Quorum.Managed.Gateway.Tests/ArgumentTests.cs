using System.Net;
using System.Net.Sockets;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Gateway.Tests;

public sealed class ArgumentTests
{
    [TestCase("--listen 0.0.0.0:9764", "--allow-remote")]
    [TestCase("--listen [::]:9764", "--allow-remote")]
    [TestCase("--listen 192.0.2.1:9764", "--allow-remote")]
    [TestCase("--listen 9764 --listen 192.0.2.1:9764", "--allow-remote")]
    [TestCase("--listen 65536", "'65536'")]
    [TestCase("--listen nowhere", "'nowhere'")]
    [TestCase("--listen unix:relative", "'relative'")]
    [TestCase("--endpoint nonsense", "--endpoint")]
    [TestCase("--trust-uid root", "'root'")]
    [TestCase("--model v2", "'v2'")]
    [TestCase("--max-message-size 1", "'1'")]
    [TestCase("--lease-margin some", "--lease-margin")]
    [TestCase("--interval 10ms", "'10ms'")]
    [TestCase("--interval soon", "--interval")]
    [TestCase("--state-file relative", "'relative'")]
    [TestCase("--state-format xml", "'xml'")]
    [TestCase("--assurance perhaps", "'perhaps'")]
    [TestCase("--on-change-timeout never", "--on-change-timeout")]
    [TestCase("--no-such-option", "--no-such-option")]
    [TestCase("word", "word")]
    public async Task Bad_option_exits_64_with_one_line(string arguments, string named)
    {
        CommandResult result = await RunAsync(arguments.Split(' '));
        Assert.That(result.ExitCode, Is.EqualTo(64), result.ToString());
        Assert.That(result.Error, Does.Match(@"\Aquorum-gateway: [^\n]+\n\z").And.Contain(named));
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    public async Task Help_names_each_option()
    {
        CommandResult result = await RunAsync("--help");
        Assert.That(result.ExitCode, Is.Zero);
        foreach (string option in (string[])["--listen", "--allow-remote", "--state-file", "--on-change", "--interval"])
        {
            Assert.That(result.Output, Does.Contain(option));
        }
    }

    [Test]
    public async Task Address_in_use_exits_2_with_one_line()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        CommandResult result =
            await RunAsync("--listen", taken.LocalEndpoint.ToString()!, "--endpoint", "abstract:no-such-daemon");
        Assert.That(result.ExitCode, Is.EqualTo(2), result.ToString());
        Assert.That(
            result.Error.Split('\n'), Has.Exactly(1).StartsWith("quorum-gateway: ").And.Contain("already in use"));
        Assert.That(result.Error, Does.Not.Contain("   at "));
    }

    [Test]
    public async Task Signal_ends_it_with_0()
    {
        await using GatewayProcess gateway =
            await GatewayProcess.StartAsync("--endpoint", "abstract:no-such-daemon");
        gateway.Process.Signal(NodeProcess.Terminate);
        CommandResult result = await gateway.Process.WaitAsync(Wait.Bound);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
    }

    [Test]
    public async Task Socket_file_of_a_killed_gateway_is_taken_over_and_one_in_use_is_not()
    {
        string folder = Directory.CreateTempSubdirectory("quorum-gateway-").FullName;
        string[] listen =
            [GatewayProcess.Program, "--endpoint", "abstract:no-such-daemon", "--listen", $"unix:{folder}/s"];
        try
        {
            await using GatewayProcess first =
                await GatewayProcess.StartAsync(NodeProcess.Start(listen, [], keepOutput: true));
            Assert.That(first.Address, Is.EqualTo($"unix:{folder}/s"));
            CommandResult refused = await RunAsync(listen[1..]);
            Assert.That(refused.ExitCode, Is.EqualTo(2), refused.ToString());
            Assert.That((await first.GetAsync("/livez")).Code, Is.EqualTo(200));

            first.Process.Signal(NodeProcess.Kill);
            await first.Process.WaitAsync(Wait.Bound);
            await using GatewayProcess second =
                await GatewayProcess.StartAsync(NodeProcess.Start(listen, [], keepOutput: true));
            Assert.That((await second.GetAsync("/livez")).Code, Is.EqualTo(200));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Connecting to a file that is no socket is refused as to a socket that nobody serves.
    [Test]
    public async Task File_that_is_no_socket_is_not_taken_over()
    {
        string folder = Directory.CreateTempSubdirectory("quorum-gateway-").FullName;
        string file = Path.Combine(folder, "file");
        await File.WriteAllTextAsync(file, "kept");
        CommandResult refused = await RunAsync("--endpoint", "abstract:no-such-daemon", "--listen", "unix:" + file);
        string? left = File.Exists(file) ? await File.ReadAllTextAsync(file) : null;
        Directory.Delete(folder, recursive: true);
        Assert.That(left, Is.EqualTo("kept"));
        Assert.That(refused.ExitCode, Is.EqualTo(2), refused.ToString());
        Assert.That(refused.Error.Split('\n'), Has.Exactly(1).StartsWith("quorum-gateway: "));
    }

    [TestCase("192.0.2.1:80", "--allow-remote", TestName = "Address_of_another_machine_exits_2_with_one_line")]
    [TestCase("unix:/no/such/folder/s", "--interval=5s", TestName = "Missing_folder_exits_2_with_one_line")]
    public async Task Address_that_cannot_be_had_exits_2_with_one_line(string address, string option)
    {
        CommandResult refused =
            await RunAsync("--endpoint", "abstract:no-such-daemon", "--listen", address, option);
        Assert.That(refused.ExitCode, Is.EqualTo(2), refused.ToString());
        Assert.That(refused.Error.Split('\n'), Has.Exactly(1).StartsWith("quorum-gateway: cannot listen: "));
        Assert.That(refused.Error, Does.Not.Contain("   at "));
    }

    private static async Task<CommandResult> RunAsync(params string[] arguments)
    {
        await using NodeProcess process =
            NodeProcess.Start([GatewayProcess.Program, .. arguments], [], keepOutput: true);
        return await process.WaitAsync(Wait.Bound);
    }
}

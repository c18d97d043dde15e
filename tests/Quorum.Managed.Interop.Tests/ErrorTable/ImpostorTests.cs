using System.Diagnostics;
using System.Net.Sockets;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// Another user listens at the abstract address of corosync, which does not run. It names files of root and would say
/// yes to everything.
/// </summary>
[NonParallelizable]
public sealed class ImpostorTests : CorosyncFixture
{
    private const string NotTrusted = "not trusted";

    [Test]
    public void Connect_refuses_it_and_leaves_the_victims_files_alone(
        [Values(WaitStrategy.Adaptive, WaitStrategy.Blocking, WaitStrategy.Polling)] WaitStrategy strategy,
        [Values(QuorumModel.V0, QuorumModel.V1)] QuorumModel model)
    {
        using Impostor impostor = new($"impostor-{Guid.NewGuid():N}");
        QuorumConnectionOptions options = new()
        {
            Endpoint = QuorumEndpoint.Abstract(impostor.Name),
            Model = model,
            WaitStrategy = strategy,
        };
        QuorumConnectException e =
            Assert.Throws<QuorumConnectException>(() => QuorumConnection.Connect(options).Dispose())!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Error, Is.EqualTo(CorosyncError.Security));
            Assert.That(e.Message, Does.Contain("uid 65534").And.Contain(NotTrusted).And.Contain("ss -xlp"));
            Assert.That(impostor.IsVictimUntouched);
        });
    }

    [Test]
    public async Task A_monitor_never_takes_its_word()
    {
        using Impostor impostor = new($"impostor-{Guid.NewGuid():N}");
        await using QuorumMonitor monitor = new(new QuorumMonitorOptions
        {
            Connection = new() { Endpoint = QuorumEndpoint.Abstract(impostor.Name) },
        });
        monitor.Start();
        await Wait.UntilAsync(
            () => monitor.Current.Error?.Message.Contains(NotTrusted, StringComparison.Ordinal) == true,
            "the monitor's refusal");
        Assert.That(monitor.Current.State, Is.EqualTo(QuorumState.Unknown));
        Assert.That(impostor.IsVictimUntouched);
    }

    [TestCase("status")]
    [TestCase("check")]
    [TestCase("watch", "--json", "--timeout", "2s")]
    [TestCase("wait", "--timeout", "2s")]
    [TestCase("exec", "--timeout", "2s", "--", "touch", "/dev/shm/impostor-won")]
    public async Task A_command_in_a_namespace_of_its_own_refuses_it(params string[] arguments)
    {
        using PrivateNetwork network = new();
        using Impostor impostor = network.Inside.Run(() => new Impostor("quorum"));
        using Impostor cmap = network.Inside.Run(() => new Impostor("cmap"));
        ProcessStartInfo start = new("nsenter", [$"--net={network.Path}", .. QuorumCli.Command(arguments)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await Wait.ForAsync(process.WaitForExitAsync());
        Assert.Multiple(() =>
        {
            Assert.That(process.ExitCode, Is.EqualTo(2), output);
            Assert.That(error.Result, Does.Contain(NotTrusted));
            Assert.That(File.Exists("/dev/shm/impostor-won"), Is.False);
            Assert.That(impostor.IsVictimUntouched);
            Assert.That(cmap.IsVictimUntouched);
        });
    }

    // The listener belongs to nobody; the rings that it names belong to root.
    private sealed class Impostor : IDisposable
    {
        private readonly RawDaemon _daemon;
        private readonly RawPeer _victim;
        private readonly Task _serving;

        public Impostor(string name)
        {
            _daemon = OtherUser.Run(65534, 65534, [], () => new RawDaemon(name));
            _victim = RawPeer.WithoutClient();
            string[] names = _victim.CreateRings();
            byte[] answer = RawPeer.Acceptance(1, 65536, names[0], names[1], names[2]);
            _serving = OwnThread.Run(() => Serve(answer));
        }

        public string Name => _daemon.Name;

        public bool IsVictimUntouched =>
            _victim.RequestRing.ReferenceCount == 1
            && _victim.RequestRing.WriteIndex == 0
            && _victim.RequestRing.SemaphoreValue == 0;

        public void Dispose()
        {
            _daemon.Dispose();
            _serving.Wait(Wait.Bound);
            _victim.Dispose();
        }

        private void Serve(byte[] answer)
        {
            while (true)
            {
                try
                {
                    RawPeer client = _daemon.Accept(readRequest: false);
                    client.ReadConnectRequest();
                    client.Send(answer);
                    while (true)
                    {
                        byte id = _victim.RequestRing.Read() is { } request ? request[0] : (byte)255;
                        if (id == 255)
                        {
                            _ = client.Socket.Receive(new byte[1]) > 0 ? 0 : throw new EndOfStreamException();
                            continue;
                        }

                        _victim.Respond(
                            id == 0 ? RawPeer.QuorateResponse(true) : RawPeer.TypeResponse(id == 4 ? 5 : 4));
                    }
                }
                catch (EndOfStreamException)
                {
                    // Refused.
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException or TimeoutException)
                {
                    return;
                }
            }
        }
    }
}

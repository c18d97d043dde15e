using System.Net.Sockets;
using System.Text;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

// The test plays systemd: it has the socket that NOTIFY_SOCKET names.
public sealed class ExecNotifyTests : ExecFixture
{
    [Test]
    public async Task Readiness_of_the_command_reaches_the_service_manager()
    {
        bool isThere = File.Exists("/usr/bin/systemd-notify");
        Requirement.Check(isThere ? null : "needs systemd-notify", Assert.Ignore, Assert.Fail);

        string path = Path.Combine(Folder, "notify");
        using Socket manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        CommandResult result = await RunAsync(
            "bash", "-c", "NOTIFY_SOCKET=$FOLDER/notify exec $QUORUM systemd-notify --no-block --ready");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        byte[] buffer = new byte[100];
        int length = await Wait.ForAsync(manager.ReceiveAsync(buffer));
        Assert.That(Encoding.ASCII.GetString(buffer, 0, length), Does.StartWith("READY=1"));
    }
}

using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>Which users may connect, by the rules of corosync.conf's uidgid entries. Needs root.</summary>
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public sealed class AccessTests(IpcConnectionType transport)
{
    private const uint User = 4002;

    [OneTimeSetUp]
    public void RequireRoot() =>
        Assert.That(Environment.IsPrivilegedProcess, Is.True, "only root can become another user; run as root");

    [TestCase(4001u, new uint[] { 4001, User }, new uint[0])]
    [TestCase(4003u, new uint[0], new uint[] { 4003 })]
    [TestCase(0u, new uint[0], new uint[0])]
    public async Task User_that_is_allowed_is_answered(uint gid, uint[] allowedUids, uint[] allowedGids)
    {
        await using QuorumSimulator simulator = Start(allowedUids, allowedGids);
        Assert.That(Ask(simulator, gid, groups: []), Is.True);
    }

    [TestCase(4001u, new uint[0], new uint[0])]
    [TestCase(4001u, new uint[] { 4003 }, new uint[] { 4003 }, Description = "supplementary groups do not count")]
    public async Task User_that_is_not_allowed_is_refused(uint gid, uint[] groups, uint[] allowedGids)
    {
        await using QuorumSimulator simulator = Start([], allowedGids);
        Assert.That(
            () => Ask(simulator, gid, groups),
            Throws.InstanceOf<QuorumException>().With.Property("Error").EqualTo(CorosyncError.Access));
    }

    private static bool Ask(QuorumSimulator simulator, uint gid, uint[] groups)
    {
        QuorumConnectionOptions options = new()
        {
            Endpoint = QuorumEndpoint.Parse(simulator.Endpoint),
            ConnectTimeout = Wait.Bound,
            RequestTimeout = Wait.Bound,
            // Only the thread becomes the user. The simulator's files belong to that user and not to the process.
            AdditionalTrustedUids = [User],
        };
        return OtherUser.Run(User, gid, groups, () =>
        {
            using QuorumConnection connection = QuorumConnection.Connect(options);
            return connection.GetQuorate();
        });
    }

    private QuorumSimulator Start(uint[] allowedUids, uint[] allowedGids) => QuorumSimulator.Start(new()
    {
        Transport = transport,
        AllowedUserIds = allowedUids,
        AllowedGroupIds = allowedGids,
    });
}

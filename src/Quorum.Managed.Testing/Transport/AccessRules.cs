using Quorum.Managed.Ipc;

namespace Quorum.Managed.Testing;

// Decides which clients may connect: root, the user of this process, and those that the options name, as uidgid entries
// of corosync.conf(5) do. A client's supplementary groups do not count.
internal sealed class AccessRules(QuorumSimulatorOptions options)
{
    public void Check(PeerCredentials client, PeerCredentials server)
    {
        bool allowed = client.UserId == 0
            || client.GroupId == 0
            || client.UserId == server.UserId
            || options.AllowedUserIds.Contains(client.UserId)
            || options.AllowedGroupIds.Contains(client.GroupId);
        if (!allowed)
        {
            throw new HandshakeRefusedException(Errno.EACCES, $"uid {client.UserId}, gid {client.GroupId}");
        }
    }
}

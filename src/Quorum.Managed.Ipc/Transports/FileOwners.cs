using Microsoft.Win32.SafeHandles;

namespace Quorum.Managed.Ipc;

// Which owner a connection's files may have. The daemon gives its files to the uid that it saw for this process, or
// leaves them with itself.
internal sealed class FileOwners
{
    private readonly Lazy<uint?> _ownUid = new(static () => TrustedPeer.OwnUid);
    private readonly uint _peer;
    private readonly bool _peerMayOwn;
    private readonly bool _peerIsRoot;

    public FileOwners(IpcAddress address, PeerCredentials peer, IReadOnlyList<uint> additional)
    {
        _peer = peer.UserId;
        _peerIsRoot = TrustedPeer.IsRoot(address, _peer);
        _peerMayOwn = _peerIsRoot || additional.Contains(_peer);
    }

    public bool Allows(uint owner) => (owner == _peer && _peerMayOwn) || owner == _ownUid.Value;

    // Without native calls the owner is not told. Proves it otherwise, or throws.
    //
    // .NET computes the read-only attribute from the owner, the mode and this process's effective uid. Of a file that
    // only its owner may write, it says that this process may write exactly when this process's uid is the owner.
    // Root may write every file, so for root that proves nothing. A listener that is root or root's own process gains
    // nothing by naming a file: it can write every file itself. Any other listener is not followed then.
    public void Prove(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        if (Environment.IsPrivilegedProcess)
        {
            if (!_peerIsRoot && _peer != _ownUid.Value)
            {
                throw FileErrors.NotTrusted(
                    path,
                    "WaitStrategy.Polling cannot find out its owner in a process of root, and the daemon is not root",
                    "Use another WaitStrategy.");
            }

            return;
        }

        const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        if ((File.GetUnixFileMode(file) & Others) != UnixFileMode.None)
        {
            throw FileErrors.NotTrusted(path, "other users than its owner may write to it");
        }

        if (File.GetAttributes(file).HasFlag(FileAttributes.ReadOnly))
        {
            throw FileErrors.NotTrusted(path, "it does not belong to this process's uid");
        }
    }
}

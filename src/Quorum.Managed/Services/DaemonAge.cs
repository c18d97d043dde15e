namespace Quorum.Managed;

// Whether a daemon is corosync 2.x. Null: it could not be found out, for the reason that is given.
internal readonly record struct DaemonAge(
    bool? IsOld, int Errno = 0, string? Why = null, Exception? Cause = null)
{
    public static DaemonAge New => new(IsOld: false);
}

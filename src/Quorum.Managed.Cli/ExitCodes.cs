namespace Quorum.Managed.Cli;

// What the process tells its caller; a shell's if and a container's health check act on it.
internal static class ExitCodes
{
    // Quorate, or the command did what it was asked.
    public const int Done = 0;

    public const int NotQuorate = 1;

    // The daemon cannot be reached, refuses, or does not answer in time: nobody knows.
    public const int Unknown = 2;

    // EX_USAGE of sysexits.h.
    public const int Usage = 64;

    public static int For(QuorumSnapshot snapshot) => snapshot.State switch
    {
        QuorumState.Quorate => Done,
        QuorumState.Inquorate => NotQuorate,
        _ => Unknown,
    };

    public static int ForQuorate(bool quorate) => quorate ? Done : NotQuorate;
}

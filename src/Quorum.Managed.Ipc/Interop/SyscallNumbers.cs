using System.Runtime.InteropServices;

namespace Quorum.Managed.Ipc.Interop;

// The numbers of the system calls that .NET has no managed form for, and the open(2) flags that differ between
// machines. Null on a machine that has no row here: everything then falls back to what .NET offers.
internal sealed record SyscallNumbers(
    int Futex,
    int OpenAt,
    int Statx,
    int EpollCreate,
    int EpollControl,
    int NoFollow,
    int Directory,
    int MakeDirectoryAt,
    int ChangeOwnerAt,
    int Poll,
    int SendTo,
    int ReceiveFrom,
    int FileControl)
{
    public static SyscallNumbers? Current { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => new(202, 257, 332, 291, 233, 0x20000, 0x10000, 258, 260, 271, 44, 45, 72),
        Architecture.Arm64 => new(98, 56, 291, 20, 21, 0x8000, 0x4000, 34, 54, 73, 206, 207, 25),
        Architecture.RiscV64 or Architecture.LoongArch64 =>
            new(98, 56, 291, 20, 21, 0x20000, 0x10000, 34, 54, 73, 206, 207, 25),
        Architecture.S390x => new(238, 288, 379, 327, 250, 0x20000, 0x10000, 289, 291, 302, 369, 371, 55),
        Architecture.Ppc64le => new(221, 286, 383, 315, 237, 0x8000, 0x4000, 287, 289, 281, 335, 337, 55),
        _ => null,
    };
}

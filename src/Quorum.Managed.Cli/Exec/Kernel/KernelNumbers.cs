using System.Runtime.InteropServices;

namespace Quorum.Managed.Cli;

// The numbers of the system calls that exec makes. Null on a machine that has no row here: exec refuses to run there.
internal sealed record KernelNumbers(
    int Read,
    int Write,
    int Close,
    int Duplicate,
    int FileControl,
    int DeviceControl,
    int OpenAt,
    int Seek,
    int Directory,
    int Poll,
    int SocketPair,
    int EventDescriptor,
    int SignalDescriptor,
    int TimerCreate,
    int TimerSet,
    int SignalAction,
    int SignalMask,
    int Kill,
    int GetPid,
    int GetParent,
    int GetSession,
    int GetGroup,
    int SetGroup,
    int Control,
    int Limit,
    int Fork,
    int Execute,
    int Wait,
    int Exit)
{
    public static KernelNumbers? Current { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => new(
            0, 1, 3, 292, 72, 16, 257, 8, 217, 271, 53, 290, 289, 283, 286, 13, 14, 62, 39, 110,
            124, 121, 109, 157, 302, 56, 59, 61, 231),
        Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => new(
            63, 64, 57, 24, 25, 29, 56, 62, 61, 73, 199, 19, 74, 85, 86, 134, 135, 129, 172, 173,
            156, 155, 154, 167, 261, 220, 221, 260, 94),
        Architecture.S390x => new(
            3, 4, 6, 326, 55, 54, 288, 19, 220, 302, 360, 323, 322, 319, 320, 174, 175, 37, 20, 64,
            147, 132, 57, 172, 334, 120, 11, 114, 248),
        Architecture.Ppc64le => new(
            3, 4, 6, 316, 55, 54, 286, 19, 202, 281, 333, 314, 313, 306, 311, 173, 174, 37, 20, 64,
            147, 132, 57, 171, 325, 120, 11, 114, 234),
        _ => null,
    };
}

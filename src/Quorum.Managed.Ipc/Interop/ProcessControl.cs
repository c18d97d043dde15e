using System.Runtime.InteropServices;
using System.Text;

namespace Quorum.Managed.Ipc.Interop;

// What quorum exec needs of the kernel and .NET has no call for, by syscall(2). Each method returns 0 or an error number.
internal static unsafe partial class ProcessControl
{
    private const int SetParentDeathSignal = 1;
    private const int SigPipe = 13;

    // kill, setpgid, getppid, prctl, rt_sigaction, execve
    private static readonly int[]? Numbers = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => [62, 109, 110, 157, 13, 59],
        Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => [129, 154, 173, 167, 134, 221],
        Architecture.S390x => [37, 57, 64, 172, 174, 11],
        Architecture.Ppc64le => [37, 57, 64, 171, 173, 11],
        _ => null,
    };

    public static bool IsSupported => Numbers is not null;

    public static int ParentProcess => (int)Syscall(Numbers![2], 0, 0, 0, 0);

    // A negative process is a process group.
    public static int Kill(int process, int signal) => Result(Syscall(Numbers![0], process, signal, 0, 0));

    // This process becomes the leader of a group of its own.
    public static int BecomeGroupLeader() => Result(Syscall(Numbers![1], 0, 0, 0, 0));

    // The signal comes when the thread ends that started this process. It survives execve, not fork.
    public static int SignalOnParentDeath(int signal) => Result(Syscall(Numbers![3], SetParentDeathSignal, signal, 0, 0));

    // Replaces this process by a program, with this process's environment to the byte; returns only on failure. .NET ignores SIGPIPE, and what is ignored stays so
    // across execve: it is set back. All that .NET handles is set back by the kernel; all that .NET opened is closed on exec.
    public static int Execute(string path, IReadOnlyList<string> arguments)
    {
        byte* action = stackalloc byte[64];
        new Span<byte>(action, 64).Clear();
        _ = Syscall(Numbers![4], SigPipe, (nint)action, 0, sizeof(ulong));
        byte[] environment = File.ReadAllBytes("/proc/self/environ");
        byte[][] variables = [.. Split(environment)];
        return Result(Syscall(
            Numbers[5],
            (nint)Copy(Encoding.UTF8.GetBytes(path)),
            (nint)Vector([.. arguments.Select(Encoding.UTF8.GetBytes)]),
            (nint)Vector(variables),
            0));
    }

    private static int Result(nint value) => value < 0 ? Marshal.GetLastPInvokeError() : 0;

    private static IEnumerable<byte[]> Split(byte[] block)
    {
        for (int start = 0; start < block.Length;)
        {
            int end = Array.IndexOf(block, (byte)0, start);
            end = end < 0 ? block.Length : end;
            yield return block[start..end];
            start = end + 1;
        }
    }

    // Not freed: the next thing that happens is a new program or the end.
    private static byte** Vector(byte[][] texts)
    {
        byte** vector = (byte**)NativeMemory.AllocZeroed((nuint)texts.Length + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < texts.Length; i++)
        {
            vector[i] = Copy(texts[i]);
        }

        return vector;
    }

    private static byte* Copy(byte[] text)
    {
        byte* copy = (byte*)NativeMemory.AllocZeroed((nuint)text.Length + 1);
        text.CopyTo(new Span<byte>(copy, text.Length));
        return copy;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Syscall(nint number, nint first, nint second, nint third, nint fourth);
}

using System.Runtime.InteropServices;
using System.Text;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Cli;

// The system calls on processes that exec needs and .NET does not have. A method that returns an int returns 0 or an
// error number.
internal static unsafe class ProcessControl
{
    // PR_SET_PDEATHSIG
    private const int SetParentDeathSignal = 1;

    // At least the size of the kernel's struct sigaction on every architecture.
    private const int SignalActionSize = 64;

    private static readonly SystemCalls? Numbers = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => new(62, 109, 110, 157, 13, 59),
        Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => new(129, 154, 173, 167, 134, 221),
        Architecture.S390x => new(37, 57, 64, 172, 174, 11),
        Architecture.Ppc64le => new(37, 57, 64, 171, 173, 11),
        _ => null,
    };

    public static bool IsSupported => Numbers is not null;

    public static int ParentProcess => (int)Syscall.Invoke(Numbers!.GetParent, 0, 0, 0, 0, 0, 0);

    public static int SignalProcess(int process, SignalNumber signal) => Kill(process, signal);

    public static int SignalGroup(int group, SignalNumber signal) => Kill(-group, signal);

    // Makes this process the leader of a new process group.
    public static int BecomeGroupLeader() => Result(Syscall.Invoke(Numbers!.SetGroup, 0, 0, 0, 0, 0, 0));

    // This process gets the signal when the thread that started it ends. The setting survives execve, but a child of
    // this process does not inherit it.
    public static int SignalOnParentDeath(SignalNumber signal) =>
        Result(Syscall.Invoke(Numbers!.Control, SetParentDeathSignal, (nint)signal, 0, 0, 0, 0));

    // Replaces this process by a program with the same environment. Returns only on failure. .NET ignores SIGPIPE, and
    // an ignored signal stays ignored across execve, so SIGPIPE is reset here. The kernel resets the signals that .NET
    // handles, and closes what .NET opened.
    public static int Execute(string path, IReadOnlyList<string> arguments)
    {
        byte* action = stackalloc byte[SignalActionSize];
        new Span<byte>(action, SignalActionSize).Clear();
        _ = Syscall.Invoke(Numbers!.SignalAction, (nint)SignalNumber.Pipe, (nint)action, 0, sizeof(ulong), 0, 0);

        // Not Environment: a variable need not be valid UTF-8.
        byte[][] variables = [.. Split(File.ReadAllBytes("/proc/self/environ"))];
        return Result(Syscall.Invoke(
            Numbers.Execute,
            (nint)Copy(Encoding.UTF8.GetBytes(path)),
            (nint)Vector([.. arguments.Select(Encoding.UTF8.GetBytes)]),
            (nint)Vector(variables),
            0,
            0,
            0));
    }

    private static int Kill(int process, SignalNumber signal) =>
        Result(Syscall.Invoke(Numbers!.Kill, process, (nint)signal, 0, 0, 0, 0));

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

    // Never freed: either execve replaces the process or the process ends.
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

    // kill, setpgid, getppid, prctl, rt_sigaction, execve
    private sealed record SystemCalls(
        int Kill, int SetGroup, int GetParent, int Control, int SignalAction, int Execute);
}

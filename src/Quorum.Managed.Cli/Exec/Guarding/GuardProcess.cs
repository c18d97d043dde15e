using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Quorum.Managed.Cli;

// exec's side of its guard.
internal sealed unsafe class GuardProcess
{
    // The guard compiles everything at its start, takes little memory, and has no thread for diagnostics.
    private static readonly byte[][] RuntimeSettings =
    [
        "DOTNET_TieredCompilation=0"u8.ToArray(),
        "DOTNET_GCHeapHardLimit=0x2000000"u8.ToArray(),
        "DOTNET_EnableDiagnostics=0"u8.ToArray(),
    ];

    private GuardProcess(int pid, int descriptor)
    {
        Pid = pid;
        Descriptor = descriptor;
        Channel = new Channel(descriptor);
    }

    public int Pid { get; }

    public int Descriptor { get; }

    public Channel Channel { get; }

    // Starts the guard. Throws IOException if the machine does not allow it.
    public static GuardProcess Start(
        ProcessImage image, byte[][] command, StartState start, TimeSpan grace, bool strict)
    {
        int* ends = stackalloc int[2];
        int error = -Kernel.SocketPair(ends);
        if (error != 0)
        {
            throw CannotStart(error);
        }

        string[] arguments =
        [
            GuardRole.Verb,
            ends[1].ToString(CultureInfo.InvariantCulture),
            start.Text,
            ((long)grace.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
            strict ? "strict" : "live",
            Kernel.ProcessId.ToString(CultureInfo.InvariantCulture),
        ];
        ForkPlan* plan = (ForkPlan*)NativeMemory.AllocZeroed((nuint)sizeof(ForkPlan));
        plan->KeptDescriptor = ends[1];
        plan->GroupDescriptor = plan->ReportDescriptor = -1;
        plan->Blocked = SignalSet.Held;
        plan->Paths = NativeText.Vector([image.Program]);
        plan->PathCount = 1;
        plan->Arguments = NativeText.Vector(
            [.. image.Host, .. arguments.Select(Encoding.ASCII.GetBytes), .. command]);
        plan->Environment = NativeText.Vector(
            [.. RuntimeSettings, .. image.Environment.Where(static variable => !StartState.IsVariable(variable))]);
        int pid = Fork.Start(plan);
        Kernel.Close(ends[1]);
        return pid > 0 ? new GuardProcess(pid, ends[0]) : throw CannotStart(-pid);
    }

    // The environment that the guard has for the command.
    public static byte[][] WithoutRuntimeSettings(byte[][] environment)
    {
        List<byte[]> rest = [.. environment];
        foreach (byte[] setting in RuntimeSettings)
        {
            int place = rest.FindIndex(variable => variable.AsSpan().SequenceEqual(setting));
            if (place >= 0)
            {
                rest.RemoveAt(place);
            }
        }

        return [.. rest];
    }

    private static IOException CannotStart(int error) =>
        new($"the guard process cannot be started: {Marshal.GetPInvokeErrorMessage(error)}");
}

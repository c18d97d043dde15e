using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Quorum.Managed.Cli;

// How the user's command is started: its arguments and environment as execve(2) takes them, made before there is
// quorum.
internal static unsafe class CommandPlan
{
    // The PATH of execvp(3) where the environment has none.
    private static readonly byte[] DefaultPath = "/usr/local/bin:/usr/bin:/bin"u8.ToArray();

    // Variables that name the process they are meant for: sd_listen_fds(3), sd_watchdog_enabled(3), systemd.exec(5).
    private static readonly string[] PidVariables = ["LISTEN_PID", "WATCHDOG_PID", "SYSTEMD_EXEC_PID"];

    public static ForkPlan* Create(byte[][] command, byte[][] environment, StartState start, int exec)
    {
        ForkPlan* plan = (ForkPlan*)NativeMemory.AllocZeroed((nuint)sizeof(ForkPlan));
        plan->IsCommand = 1;
        plan->Parent = Kernel.ProcessId;
        plan->GroupDescriptor = plan->KeptDescriptor = -1;
        plan->Ignored = start.Ignored;
        plan->Blocked = start.Blocked;
        plan->Action = (nint*)NativeMemory.AllocZeroed(8, (nuint)sizeof(nint));
        SetOpenFiles(plan, start.OpenFiles);
        SetPaths(plan, command[0], environment);
        plan->Arguments = NativeText.Vector(command);
        plan->Shell = NativeText.Copy("/bin/sh"u8);
        plan->ShellArguments = NativeText.Vector([[.. "sh"u8], [], .. command[1..]]);
        SetEnvironment(plan, environment, exec);
        return plan;
    }

    private static void SetOpenFiles(ForkPlan* plan, ulong soft)
    {
        const int openFiles = 7;
        ulong* limits = stackalloc ulong[2];
        if (soft != 0 && Kernel.Limit(0, openFiles, limits) == 0 && soft < limits[0])
        {
            plan->OpenFiles[0] = soft;
            plan->OpenFiles[1] = limits[1];
        }
    }

    // The file itself is looked for at the start, as a shell does.
    private static void SetPaths(ForkPlan* plan, byte[] command, byte[][] environment)
    {
        List<byte[]> paths = [];
        if (command.Contains((byte)'/') || command.Length == 0)
        {
            paths.Add(command);
        }
        else
        {
            ReadOnlySpan<byte> list = environment.Select(static v => Value(v, "PATH"u8)).FirstOrDefault(
                static value => value is not null) ?? DefaultPath;
            foreach (Range range in list.Split((byte)':'))
            {
                // An empty entry is the working directory.
                ReadOnlySpan<byte> directory = list[range];
                paths.Add(directory.IsEmpty ? [.. "./"u8, .. command] : [.. directory, (byte)'/', .. command]);
            }
        }

        plan->Paths = NativeText.Vector(paths);
        plan->PathCount = paths.Count;
    }

    private static void SetEnvironment(ForkPlan* plan, byte[][] environment, int exec)
    {
        const int digits = 10;
        byte[] number = Encoding.ASCII.GetBytes(exec.ToString(CultureInfo.InvariantCulture));
        plan->Environment = NativeText.Vector(environment.Length);
        plan->Pids = NativeText.Vector(environment.Length);
        for (int i = 0; i < environment.Length; i++)
        {
            byte* variable = NativeText.Copy(environment[i], digits);
            plan->Environment[i] = variable;
            foreach (byte[] name in PidVariables.Select(Encoding.ASCII.GetBytes))
            {
                if (Value(environment[i], name) is { } value && value.AsSpan().SequenceEqual(number))
                {
                    plan->Pids[plan->PidCount++] = variable + name.Length + 1;
                }
            }
        }
    }

    private static byte[]? Value(byte[] variable, ReadOnlySpan<byte> name) =>
        variable.Length > name.Length && variable[name.Length] == '=' && variable.AsSpan().StartsWith(name)
            ? variable[(name.Length + 1)..]
            : null;
}

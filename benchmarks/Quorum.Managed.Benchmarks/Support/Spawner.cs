using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Quorum.Managed.Benchmarks.Support;

// Runs a command to its end and returns what the kernel counted for it: posix_spawn(3), wait4(2). The output of the
// command is thrown away. The command runs in the network namespace of the calling thread.
internal static unsafe partial class Spawner
{
    private const int WriteOnly = 1;

    public static Usage Run(params string[] command)
    {
        byte* actions = stackalloc byte[512]; // posix_spawn_file_actions_t has 80 bytes
        ThrowIfFailed(InitActions(actions), "posix_spawn_file_actions_init");
        nint[] arguments = [.. command.Select(Marshal.StringToCoTaskMemUTF8), 0];
        nint[] environment = [.. EnvironmentStrings().Select(Marshal.StringToCoTaskMemUTF8), 0];
        try
        {
            ThrowIfFailed(AddOpen(actions, 1, "/dev/null", WriteOnly, 0), "posix_spawn_file_actions_addopen");
            ThrowIfFailed(AddOpen(actions, 2, "/dev/null", WriteOnly, 0), "posix_spawn_file_actions_addopen");
            int pid;
            int status;
            ResourceUsage usage;
            long start = Stopwatch.GetTimestamp();
            fixed (nint* argv = arguments, envp = environment)
            {
                ThrowIfFailed(Spawn(&pid, command[0], actions, null, argv, envp), command[0]);
            }

            while (Wait(pid, &status, 0, &usage) < 0)
            {
                // Interrupted by a signal.
            }

            TimeSpan wall = Stopwatch.GetElapsedTime(start);
            int exit = (status & 0x7F) == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F);
            return new Usage(exit, wall, usage.User.ToTimeSpan() + usage.System.ToTimeSpan());
        }
        finally
        {
            _ = DestroyActions(actions);
            Array.ForEach([.. arguments, .. environment], Marshal.FreeCoTaskMem);
        }
    }

    private static IEnumerable<string> EnvironmentStrings()
    {
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            yield return $"{entry.Key}={entry.Value}";
        }
    }

    private static void ThrowIfFailed(int error, string what)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"{what}: errno {error}");
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_spawnp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(
        int* pid, string file, void* actions, void* attributes, nint* arguments, nint* environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(void* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "wait4")]
    private static partial int Wait(int pid, int* status, int options, ResourceUsage* usage);

    internal readonly record struct Usage(int ExitCode, TimeSpan Wall, TimeSpan Cpu);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeValue
    {
        private readonly long _seconds;
        private readonly long _microseconds;

        public TimeSpan ToTimeSpan() => TimeSpan.FromSeconds(_seconds) + TimeSpan.FromMicroseconds(_microseconds);
    }

    // struct rusage of 64-bit Linux: two times, and fourteen counters without use here.
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private readonly struct ResourceUsage
    {
        public readonly TimeValue User;
        public readonly TimeValue System;
    }
}

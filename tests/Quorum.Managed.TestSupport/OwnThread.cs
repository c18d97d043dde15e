namespace Quorum.Managed.TestSupport;

/// <summary>Runs calls that block, each on a thread of its own, so that no thread of the pool is held.</summary>
public static class OwnThread
{
    /// <summary>Starts a call.</summary>
    public static Task<T> Run<T>(Func<T> call) =>
        Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Starts a call.</summary>
    public static Task Run(Action call) =>
        Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>
    /// Starts a call, and returns once its thread sleeps in the kernel or the call has ended. A short sleep on the way,
    /// for example on a lock of the runtime, is taken for the sleep that is waited for.
    /// </summary>
    public static Task<T> RunUntilAsleep<T>(Func<T> call)
    {
        string? status = null;
        Task<T> running = Run(() =>
        {
            Volatile.Write(ref status, $"/proc/{new FileInfo("/proc/thread-self").LinkTarget}/stat");
            return call();
        });
        Wait.Until(
            () => running.IsCompleted || (Volatile.Read(ref status) is { } path && IsAsleep(path)),
            "the call's thread falling asleep");
        return running;
    }

    // proc_pid_stat(5): the state is the letter behind the name, which is in parentheses.
    private static bool IsAsleep(string path)
    {
        try
        {
            string status = File.ReadAllText(path);
            return status[status.LastIndexOf(')') + 2] == 'S';
        }
        catch (IOException)
        {
            // The thread has ended.
            return false;
        }
    }
}

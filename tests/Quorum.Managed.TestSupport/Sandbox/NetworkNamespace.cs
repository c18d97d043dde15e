using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Quorum.Managed.TestSupport;

/// <summary>
/// Runs functions inside a network namespace, each on a thread of its own that ends with the call. A socket stays in
/// the namespace of the thread that created it: connect inside, and use the connection anywhere.
/// </summary>
public sealed class NetworkNamespace(string path)
{
    /// <summary>The namespace of the current process.</summary>
    public static NetworkNamespace ForCurrentNode { get; } = new("/proc/self/ns/net");

    /// <summary>The path given to setns(2).</summary>
    public string Path { get; } = path;

    /// <summary>Runs a function inside and returns what it returned; what it throws comes out unchanged.</summary>
    public T Run<T>(Func<T> function) => RunAsync(function).GetAwaiter().GetResult();

    /// <summary>Runs an action inside.</summary>
    public void Run(Action action) => Run(() =>
    {
        action();
        return true;
    });

    /// <summary>Runs a function inside, without blocking the caller.</summary>
    public Task<T> RunAsync<T>(Func<T> function)
    {
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                Enter();
                result.SetResult(function());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        })
        { IsBackground = true, Name = "in " + Path };
        thread.Start();
        return result.Task;
    }

    /// <summary>
    /// Runs an asynchronous function inside up to its first await; the rest runs outside, on the thread pool.
    /// </summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> function) => await await RunAsync<Task<T>>(function);

    private void Enter()
    {
        using SafeFileHandle handle = File.OpenHandle(Path);
        if (NativeLibc.SetNamespace(handle, NativeLibc.CloneNewNet) != 0)
        {
            throw new Win32Exception(
                Marshal.GetLastPInvokeError(), $"setns {Path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}

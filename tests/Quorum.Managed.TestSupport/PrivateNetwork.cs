using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Quorum.Managed.TestSupport;

/// <summary>
/// A network namespace of our own, in which the abstract address "quorum" is free. It lives as long as this object holds it open, and leaves
/// nothing behind.
/// </summary>
public sealed partial class PrivateNetwork : IDisposable
{
    private const int CloneNewNet = 0x40000000;
    private readonly SafeFileHandle _handle;

    /// <summary>Makes it; needs root.</summary>
    public PrivateNetwork()
    {
        // A thread of its own goes there, and its view of itself is kept open.
        SafeFileHandle? handle = null;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            if (Unshare(CloneNewNet) != 0)
            {
                failure = new Win32Exception(Marshal.GetLastPInvokeError());
                return;
            }

            handle = File.OpenHandle("/proc/thread-self/ns/net");
        });
        thread.Start();
        thread.Join();
        _handle = handle ?? throw failure!;
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{_handle.DangerousGetHandle()}");
        Inside = new NetworkNamespace(path);
        Path = path;
    }

    /// <summary>To run functions in it.</summary>
    public NetworkNamespace Inside { get; }

    /// <summary>For <c>nsenter --net=</c>, while this process lives.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);
}

using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Quorum.Managed.TestSupport;

/// <summary>
/// A new network namespace, in which the abstract address "quorum" is free. The namespace ends with this object.
/// </summary>
public sealed partial class PrivateNetwork : IDisposable
{
    private const int CloneNewNet = 0x40000000;
    private readonly SafeFileHandle _handle;

    /// <summary>Makes the namespace. Needs root.</summary>
    public PrivateNetwork()
    {
        // Another thread enters the namespace. Its /proc entry, held open, keeps the namespace when the thread ends.
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
        string path = string.Create(
            CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{_handle.DangerousGetHandle()}");
        Inside = new NetworkNamespace(path);
        Path = path;
    }

    /// <summary>Runs functions inside.</summary>
    public NetworkNamespace Inside { get; }

    /// <summary>The path for <c>nsenter --net=</c>, valid while this process lives.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);
}

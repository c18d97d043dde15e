using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Quorum.Managed.TestSupport;

/// <summary>
/// Runs functions as another user, each on a thread of its own that ends with the call. The thread's ids are changed by
/// bare system calls, because the C library's functions change the whole process. The function must stay on its thread.
/// Needs root.
/// </summary>
public static class OtherUser
{
    /// <summary>Runs a function with these ids and supplementary groups; what it throws comes out unchanged.</summary>
    public static T Run<T>(uint uid, uint gid, IReadOnlyList<uint> groups, Func<T> function)
    {
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                Become(uid, gid, [.. groups]);
                result.SetResult(function());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        })
        { IsBackground = true };
        thread.Start();
        return result.Task.GetAwaiter().GetResult();
    }

    /// <summary>Sets the process's limit of open files to what is open now, while an action runs.</summary>
    public static void RunWithoutFreeDescriptors(Action action)
    {
        ulong[] before = new ulong[2];
        Check(NativeLibc.Limit(0, NativeLibc.OpenFiles, null, before));
        int highest = Directory.GetFiles("/proc/self/fd")
            .Max(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));
        List<FileStream> gaps = [];
        try
        {
            // The kernel gives out the lowest free number, so the gaps below the highest have to be filled.
            FileStream file;
            do
            {
                file = File.OpenRead("/dev/null");
                gaps.Add(file);
            }
            while (file.SafeFileHandle.DangerousGetHandle() <= highest);
            ulong limit = (ulong)file.SafeFileHandle.DangerousGetHandle() + 1;
            Check(NativeLibc.Limit(0, NativeLibc.OpenFiles, [limit, before[1]], null));
            action();
        }
        finally
        {
            Check(NativeLibc.Limit(0, NativeLibc.OpenFiles, before, null));
            gaps.ForEach(gap => gap.Dispose());
        }
    }

    /// <summary>chown(2).</summary>
    public static void ChangeOwner(string path, uint uid, uint gid) => Check(NativeLibc.ChangeOwner(path, uid, gid));

    /// <summary>chmod(2).</summary>
    public static void ChangeMode(string path, uint mode) => Check(NativeLibc.ChangeMode(path, mode));

    private static void Become(uint uid, uint gid, uint[] groups)
    {
        bool x64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        Check(NativeLibc.Call(x64 ? 116 : 159, groups.Length, groups, 0));
        Check(NativeLibc.Call(x64 ? 119 : 149, (nint)gid, (nint)gid, (nint)gid));
        Check(NativeLibc.Call(x64 ? 117 : 147, (nint)uid, (nint)uid, (nint)uid));
    }

    private static void Check(nint result)
    {
        if (result < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }
}

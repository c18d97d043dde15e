using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Quorum.Managed.TestPeer;

// Waits and posts with the C library's own functions.
internal static unsafe class SemaphorePeer
{
    public static int Run(string path, int count)
    {
        using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(path, FileMode.Open);
        using MemoryMappedViewAccessor view = file.CreateViewAccessor();
        byte* address = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        for (int i = count; i > 0; i--)
        {
            while (Wait(address) != 0)
            {
                // A signal has interrupted the wait.
            }

            if (Post(address + 64) != 0)
            {
                return 1;
            }
        }

        return 0;
    }

    [DllImport("libc", EntryPoint = "sem_wait")]
    private static extern int Wait(byte* semaphore);

    [DllImport("libc", EntryPoint = "sem_post")]
    private static extern int Post(byte* semaphore);
}

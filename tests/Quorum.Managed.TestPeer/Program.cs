using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

// The other process of the semaphore tests: waits and posts with the C library's own functions.
// Usage: Quorum.Managed.TestPeer FILE COUNT   - COUNT times: sem_wait at offset 0, sem_post at offset 64.
using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(args[0], FileMode.Open);
using MemoryMappedViewAccessor view = file.CreateViewAccessor();
unsafe
{
    byte* address = null;
    view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
    for (int i = int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture); i > 0; i--)
    {
        while (Semaphore.Wait(address) != 0)
        {
            // Interrupted by a signal: again.
        }

        if (Semaphore.Post(address + 64) != 0)
        {
            return 1;
        }
    }
}

return 0;

internal static unsafe class Semaphore
{
    [DllImport("libc", EntryPoint = "sem_wait")]
    public static extern int Wait(byte* semaphore);

    [DllImport("libc", EntryPoint = "sem_post")]
    public static extern int Post(byte* semaphore);
}

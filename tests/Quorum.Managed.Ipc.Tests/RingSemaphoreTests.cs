using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Quorum.Managed.Ipc.SharedMemory;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Ipc.Tests;

public unsafe class RingSemaphoreTests
{
    private const int SecondSemaphore = 64;
    private static readonly TimeSpan WithoutLimit = TimeSpan.FromDays(1);
    private static readonly SemaphoreDialect Glibc = new(SemaphoreKind.Glibc);

    [Test]
    public void Count_is_the_c_librarys_count_whichever_side_posts_and_takes()
    {
        using MemoryRing memory = new(64);
        Assert.That(Init(memory.SemaphoreAddress, 1, 0), Is.Zero);
        RingSemaphore ours = memory.Ring.Semaphore;
        ours.Post();
        ours.Post();
        Assert.That(Post(memory.SemaphoreAddress), Is.Zero);
        Assert.That(ours.Value, Is.EqualTo(3));
        Assert.That(TryWait(memory.SemaphoreAddress), Is.Zero);
        Assert.That(ours.TryTake());
        Assert.That(ours.TryTake());
        Assert.That(ours.TryTake(), Is.False);
        Assert.That(TryWait(memory.SemaphoreAddress), Is.EqualTo(-1));
    }

    [Test]
    public void Layout_word_of_a_shared_semaphore_is_the_mark_of_glibc()
    {
        using MemoryRing memory = new(64);
        Init(memory.SemaphoreAddress, 1, 7);
        uint[] words = new ReadOnlySpan<uint>(memory.SemaphoreAddress, 4).ToArray();
        Assert.That(words, Is.EqualTo(new uint[] { 7, 0, 0x80, 0 }));
    }

    [Test]
    public void Wait_that_times_out_takes_its_registration_back()
    {
        using MemoryRing memory = new(64);
        RingSemaphore ours = memory.Ring.Semaphore;
        ours.WaitOnce(TimeSpan.FromMilliseconds(1));
        Assert.That(*(ulong*)memory.SemaphoreAddress, Is.Zero);
    }

    [Test]
    public void Post_beyond_the_largest_count_is_corruption_and_changes_nothing()
    {
        using MemoryRing memory = new(64);
        *(ulong*)memory.SemaphoreAddress = int.MaxValue;
        RingSemaphore ours = memory.Ring.Semaphore;
        Assert.That(ours.Post, Throws.TypeOf<RingCorruptException>());
        Assert.That(ours.Value, Is.EqualTo((uint)int.MaxValue));
    }

    [Test]
    public void Two_threads_that_block_in_turn_lose_no_wake_up(
        [Values("Glibc", "MuslNegative", "MuslBit")] string kind)
    {
        const int Count = 5_000;
        SemaphoreDialect dialect = new(Enum.Parse<SemaphoreKind>(kind));
        using MemoryRing first = new(64, dialect);
        using MemoryRing second = new(64, dialect);
        RingSemaphore one = first.Ring.Semaphore;
        RingSemaphore other = second.Ring.Semaphore;
        Task answering = OwnThread.Run(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                Take(one);
                other.Post();
            }
        });
        Task asking = OwnThread.Run(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                one.Post();
                Take(other);
            }
        });
        Finish(Task.WhenAll(answering, asking), "the exchange, so a wake-up was lost");
        Assert.That(one.Value + other.Value, Is.Zero);
    }

    // No wait of the exchange ends by its time, so a lost wake-up stops the exchange.
    [Test]
    public void Two_processes_that_block_in_turn_lose_no_wake_up_and_no_count()
    {
        const int Count = 20_000;
        string path = $"/dev/shm/qb-test-{Environment.ProcessId}-{Guid.NewGuid():N}";
        using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(path, FileMode.CreateNew, null, 4096);
        using MemoryMappedViewAccessor view = file.CreateViewAccessor();
        byte* address = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        Init(address, 1, 0);
        Init(address + SecondSemaphore, 1, 0);
        string program = Path.Combine(AppContext.BaseDirectory, "Quorum.Managed.TestPeer");
        using Process peer = Process.Start(new ProcessStartInfo(program, ["semaphore", path, $"{Count}"]))!;
        try
        {
            Finish(OwnThread.Run(() => Exchange(address, Count)), "the exchange, so a wake-up was lost");
            Finish(peer.WaitForExitAsync(), "the end of the other process");
            Assert.That(peer.ExitCode, Is.Zero);
            Assert.That(*(ulong*)address, Is.Zero);
            Assert.That(*(ulong*)(address + SecondSemaphore), Is.Zero);
        }
        finally
        {
            peer.Kill();
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            File.Delete(path);
        }
    }

    private static void Exchange(byte* address, int count)
    {
        RingSemaphore theirs = new(address, Glibc);
        RingSemaphore ours = new(address + SecondSemaphore, Glibc);
        for (int i = 0; i < count; i++)
        {
            theirs.Post();
            Take(ours);
        }
    }

    private static void Take(RingSemaphore semaphore)
    {
        while (!semaphore.TryTake())
        {
            semaphore.WaitOnce(WithoutLimit);
        }
    }

    private static void Finish(Task task, string what) => Wait.ForAsync(task, what).GetAwaiter().GetResult();

    [DllImport("libc", EntryPoint = "sem_init")]
    private static extern int Init(byte* semaphore, int shared, uint value);

    [DllImport("libc", EntryPoint = "sem_post")]
    private static extern int Post(byte* semaphore);

    [DllImport("libc", EntryPoint = "sem_trywait")]
    private static extern int TryWait(byte* semaphore);
}

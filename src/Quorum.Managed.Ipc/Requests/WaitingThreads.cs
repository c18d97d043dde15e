namespace Quorum.Managed.Ipc;

// The threads that sleep for asynchronous calls whose response takes more than a moment: a few for the whole process,
// however many calls there are. A thread sleeps for one connection at a time, exactly as a synchronous call does. When
// all threads are taken, a call looks for its response at intervals.
//
// The threads come with the calls and end a second after the last one: an idle connection has none. Written by hand
// because a sleep on a thread of the pool keeps that thread from the program's work.
internal static class WaitingThreads
{
    public const int Most = 4;
    public const string Name = "quorum wait";
    private const int StackBytes = 256 * 1024;
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    // Monitor.Wait needs an object. It guards the fields below.
    private static readonly object Gate = new();
    private static readonly Queue<ResponseWaiter> Queued = new(Most);
    private static int _threads;
    private static int _idle;

    // Set on these threads only. A response that has not come is waited for again by the thread that waited before.
    [ThreadStatic]
    private static bool _isWaitingThread;

    [ThreadStatic]
    private static ResponseWaiter? _again;

    // Has a thread call the waiter's Sleep once. Returns false when none is free.
    public static bool TryQueue(ResponseWaiter waiter)
    {
        if (_isWaitingThread && _again is null)
        {
            _again = waiter;
            return true;
        }

        lock (Gate)
        {
            if (_idle > Queued.Count)
            {
                Queued.Enqueue(waiter);
                Monitor.Pulse(Gate);
                return true;
            }

            if (_threads == Most)
            {
                return false;
            }

            _threads++;
        }

        try
        {
            new Thread(Run, StackBytes) { IsBackground = true, Name = Name }.UnsafeStart(waiter);
            return true;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            lock (Gate)
            {
                _threads--;
            }

            return false;
        }
    }

    private static void Run(object? first)
    {
        _isWaitingThread = true;
        ResponseWaiter? waiter = (ResponseWaiter?)first;
        while (waiter is not null)
        {
            waiter.Sleep();
            waiter = _again ?? Dequeue();
            _again = null;
        }
    }

    // Returns null when the thread has been idle for long enough.
    private static ResponseWaiter? Dequeue()
    {
        lock (Gate)
        {
            _idle++;
            bool patient = true;
            while (Queued.Count == 0 && patient)
            {
                patient = Monitor.Wait(Gate, Linger);
            }

            _idle--;
            if (Queued.TryDequeue(out ResponseWaiter? waiter))
            {
                return waiter;
            }

            _threads--;
            return null;
        }
    }
}

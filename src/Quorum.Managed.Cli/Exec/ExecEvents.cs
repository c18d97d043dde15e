using System.Runtime.InteropServices;

namespace Quorum.Managed.Cli;

// What exec waits for: signals, its guard, and the monitor's changes. One thread waits; any thread may call Wake.
internal sealed unsafe class ExecEvents
{
    private const int SignalInfoBytes = 128;
    private const int SignalInfos = 16;
    private const int CodeOffset = 8;

    private readonly int _signals = Kernel.SignalDescriptor(SignalSet.Held);
    private readonly int _wake = Kernel.EventDescriptor();
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(SignalInfoBytes * SignalInfos);

    private volatile bool _keeping;

    public void Wake()
    {
        ulong one = 1;
        _ = Kernel.Write(_wake, &one, sizeof(ulong));
    }

    // Waits for something, at most for the time in nanoseconds.
    public void Wait(int guard, long nanoseconds)
    {
        Kernel.PollDescriptor* poll = stackalloc Kernel.PollDescriptor[3];
        poll[0] = new() { Descriptor = _signals, Events = Kernel.PollIn };
        poll[1] = new() { Descriptor = _wake, Events = Kernel.PollIn };
        poll[2] = new() { Descriptor = guard, Events = Kernel.PollIn };
        _ = Kernel.Poll(poll, 3, nanoseconds);
        KeepThreadPool();
        ulong wakes = 0;
        _ = Kernel.Read(_wake, &wakes, sizeof(ulong));
    }

    // The runtime ends the thread that watches its pool when the pool has been idle for a second, starts it again with
    // the next work, and aborts the process if it cannot: the command may have used up all processes of its user.
    private void KeepThreadPool()
    {
        if (_keeping)
        {
            return;
        }

        _keeping = true;
        ThreadPool.UnsafeQueueUserWorkItem(static self => self._keeping = false, this, preferLocal: false);
    }

    // The signals that have come, and whether the kernel sent each, as for Ctrl-C.
    public List<(SignalNumber Signal, bool ByKernel)> TakeSignals()
    {
        const int byKernel = 0x80; // SI_KERNEL
        List<(SignalNumber Signal, bool ByKernel)> signals = [];
        int bytes;
        while ((bytes = Kernel.Read(_signals, _buffer, SignalInfoBytes * SignalInfos)) > 0)
        {
            for (int at = 0; at < bytes; at += SignalInfoBytes)
            {
                signals.Add((*(SignalNumber*)(_buffer + at), *(int*)(_buffer + at + CodeOffset) == byKernel));
            }
        }

        return signals;
    }
}

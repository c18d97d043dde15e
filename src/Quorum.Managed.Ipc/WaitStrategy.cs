namespace Quorum.Managed.Ipc;

/// <summary>How a call waits for the daemon's response.</summary>
public enum WaitStrategy
{
    /// <summary>Not set.</summary>
    None = 0,

    /// <summary>
    /// Spin for a few microseconds (50 at most), as long as that has paid off lately and the last call was less than a millisecond ago, then sleep in the
    /// kernel (futex; ppoll over sockets). The default. On a machine or container with one processor it does not spin. Calls in quick succession keep their
    /// processor busy while they wait; over sockets, where the daemon falls asleep between two calls all the same, that takes as much processor time as libquorum's
    /// sleeping and waking, or a third more (benchmarks/RESULTS.md).
    /// </summary>
    Adaptive = 1,

    /// <summary>
    /// Sleep in the kernel (futex; ppoll over sockets) at once, for who shares few processors or a battery with others: nothing is spent on looking, and each
    /// call pays for a wake-up.
    /// </summary>
    Blocking = 2,

    /// <summary>
    /// Spin briefly, then look again after short sleeps of up to a millisecond. Calls nothing native, for places where P/Invoke or
    /// the futex system call is forbidden; a response can be seen up to a millisecond late.
    /// </summary>
    Polling = 3,
}

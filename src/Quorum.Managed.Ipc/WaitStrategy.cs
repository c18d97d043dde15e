namespace Quorum.Managed.Ipc;

/// <summary>How a call waits for the daemon's response.</summary>
public enum WaitStrategy
{
    /// <summary>Not set.</summary>
    None = 0,

    /// <summary>
    /// Spin for some microseconds, 50 at most, then sleep in the kernel (futex; ppoll over sockets). The default. A
    /// call spins only when spinning has paid lately, the previous call was less than a millisecond ago, and the
    /// machine or container has more than one processor. Calls in quick succession keep their processor busy while
    /// they wait. Over sockets the daemon sleeps between two calls all the same, and spinning takes as much processor
    /// time as libquorum's sleeping and waking, or a third more (benchmarks/RESULTS.md).
    /// </summary>
    Adaptive = 1,

    /// <summary>
    /// Sleep in the kernel (futex; ppoll over sockets) at once. A waiting call uses no processor time, and each call
    /// pays for a wake-up. For programs that share few processors, or run on a battery.
    /// </summary>
    Blocking = 2,

    /// <summary>
    /// Spin briefly, then look for the response between sleeps of up to a millisecond. Makes no native calls, for
    /// places where P/Invoke or the futex system call is forbidden. A response can be seen up to a millisecond late.
    /// </summary>
    Polling = 3,
}

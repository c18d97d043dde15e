namespace Quorum.Managed.Ipc;

/// <summary>How a call waits for the daemon's response on a shared-memory connection.</summary>
public enum WaitStrategy
{
    /// <summary>Not set.</summary>
    None = 0,

    /// <summary>
    /// Spin for a few microseconds, as long as that has paid off lately, then sleep in the kernel (futex). The default. On a
    /// machine or container with one processor it does not spin.
    /// </summary>
    Adaptive = 1,

    /// <summary>Sleep in the kernel (futex) at once: least processor time, and each call pays for a wake-up.</summary>
    Blocking = 2,

    /// <summary>
    /// Spin briefly, then look again after short sleeps of up to a millisecond. Calls nothing native, for places where P/Invoke or
    /// the futex system call is forbidden; a response can be seen up to a millisecond late.
    /// </summary>
    Polling = 3,
}

using Quorum.Managed.Ipc;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed;

// The system's clock with CLOCK_BOOTTIME as its timestamps. Where that cannot be read, or no native call is wanted, the
// timestamps are those of CLOCK_MONOTONIC, which stand still while the machine is suspended. Thread-safe.
internal sealed class MonitorClock(WaitStrategy strategy) : TimeProvider
{
    private readonly bool _countsSuspension = Syscall.IsUsedBy(strategy) && BootClock.Read() is not null;

    public override long TimestampFrequency => _countsSuspension ? 1_000_000_000 : base.TimestampFrequency;

    public override long GetTimestamp() =>
        _countsSuspension
            ? BootClock.Read() ?? throw new InvalidOperationException("CLOCK_BOOTTIME can no longer be read.")
            : base.GetTimestamp();
}

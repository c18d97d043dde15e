namespace Quorum.Managed.Testing;

// The faults in effect on one server. Unless a member says otherwise, the caller holds the cluster's mutex.
internal sealed class FaultList(Lock mutex)
{
    private readonly List<Injection> _injections = [];

    public bool IsHung => Find(FaultKind.Hang) is not null;

    // The flow control word of the clients: 0 lets requests through, any other value stops them.
    public int FlowControl => (int)(Find(FaultKind.FlowControl)?.Fault.Number ?? 0);

    // Takes the mutex. Calls changed when the fault begins and when it is lifted.
    public IDisposable Add(SimulatorFault fault, Action changed)
    {
        Injection injection = new(this, fault, changed);
        lock (mutex)
        {
            _injections.Add(injection);
            changed();
        }

        return injection;
    }

    // Returns the fault of this kind, or null when none is in effect. Each call is one of the occasions that a fault
    // can be limited to.
    public SimulatorFault? Take(FaultKind kind)
    {
        Injection? injection = Find(kind);
        if (injection is { Left: < int.MaxValue } && --injection.Left == 0)
        {
            _injections.Remove(injection);
        }

        return injection?.Fault;
    }

    // Takes the mutex. Completes when the server may look at a handshake.
    public ValueTask WaitBeforeHandshakeAsync(CancellationToken cancellationToken) =>
        WaitUntilLiftedAsync([FaultKind.Hang], cancellationToken);

    // Takes the mutex. Completes when the server may look at a request.
    public async ValueTask WaitBeforeRequestAsync(CancellationToken cancellationToken)
    {
        await WaitUntilLiftedAsync([FaultKind.Hang, FaultKind.FlowControl], cancellationToken).ConfigureAwait(false);
        TimeSpan delay;
        lock (mutex)
        {
            delay = Take(FaultKind.Slow)?.Delay ?? TimeSpan.Zero;
        }

        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask WaitUntilLiftedAsync(FaultKind[] kinds, CancellationToken cancellationToken)
    {
        while (true)
        {
            Injection? holding;
            lock (mutex)
            {
                holding = _injections.Count == 0
                    ? null
                    : _injections.Find(injection => kinds.Contains(injection.Fault.Kind));
            }

            if (holding is null)
            {
                return;
            }

            await holding.Lifted.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private Injection? Find(FaultKind kind) =>
        _injections.Count == 0 ? null : _injections.Find(injection => injection.Fault.Kind == kind);

    private void Lift(Injection injection, Action changed)
    {
        lock (mutex)
        {
            if (_injections.Remove(injection))
            {
                changed();
            }
        }
    }

    private sealed class Injection(FaultList owner, SimulatorFault fault, Action changed) : IDisposable
    {
        private readonly TaskCompletionSource _lifted = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SimulatorFault Fault => fault;

        public int Left { get; set; } = fault.Count;

        public Task Lifted => _lifted.Task;

        public void Dispose()
        {
            owner.Lift(this, changed);
            _lifted.TrySetResult();
        }
    }
}

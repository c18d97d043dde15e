namespace Quorum.Managed.Testing.Server;

// The faults in effect. Under the gate.
internal sealed class FaultList(Lock gate)
{
    private readonly List<Injection> _injections = [];

    public bool IsHung => Find(FaultKind.Hang) is not null;

    public int FlowControl => (int)(Find(FaultKind.FlowControl)?.Fault.Number ?? 0);

    public IDisposable Add(SimulatorFault fault, Action changed)
    {
        Injection injection = new(this, fault, changed);
        lock (gate)
        {
            _injections.Add(injection);
            changed();
        }

        return injection;
    }

    // The fault of this kind for this occasion, or null; counts it.
    public SimulatorFault? Take(FaultKind kind)
    {
        Injection? injection = Find(kind);
        if (injection is { Left: < int.MaxValue } && --injection.Left == 0)
        {
            _injections.Remove(injection);
        }

        return injection?.Fault;
    }

    // Completes when the server stands still no longer; requests also wait for flow control to end.
    public async ValueTask WhileHeldAsync(bool request, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task lifted;
            lock (gate)
            {
                if ((Find(FaultKind.Hang) ?? (request ? Find(FaultKind.FlowControl) : null)) is not { } holding)
                {
                    return;
                }

                lifted = holding.Lifted;
            }

            await lifted.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private Injection? Find(FaultKind kind) => _injections.Count == 0 ? null : _injections.Find(injection => injection.Fault.Kind == kind);

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

    private void Lift(Injection injection, Action changed)
    {
        lock (gate)
        {
            if (_injections.Remove(injection))
            {
                changed();
            }
        }
    }
}

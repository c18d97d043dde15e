namespace Quorum.Managed;

// When this node left a ring and when the next one was formed, as far as looks at the daemon's counters tell. A look
// was sent before the daemon answered it and came back after that, so each time is bounded on the safe side.
internal sealed class RingPassage
{
    private TokenState? _ring;

    // The look that showed the present ring may be torn: its numbers are read one after the other, and the ring may
    // have been formed in between.
    private bool _isTorn;
    private long _uncommittedAt;
    private long? _leftBy;

    // The present ring began to be formed after this. Null when that was not seen.
    public long? FormedAfter { get; private set; }

    // The present ring was formed before this.
    public long FormedBy { get; private set; }

    // This node had left the ring before the present one by this time. Null when that was not seen.
    public long? LeftBy { get; private set; }

    public void Add(TokenState state, long sentAt, long receivedAt)
    {
        if (_ring is not { } ring || state.OperationalEntered < ring.OperationalEntered)
        {
            FormedAfter = LeftBy = null;
            Form(state, receivedAt);
        }
        else if (state.OperationalEntered != ring.OperationalEntered)
        {
            // Where several rings were formed since the last look, only the times of this look are safe.
            bool isNext = state.OperationalEntered == ring.OperationalEntered + 1;
            LeftBy = isNext && _leftBy is { } left ? left : receivedAt;
            FormedAfter = _uncommittedAt;
            Form(state, receivedAt);
        }
        else if (_isTorn)
        {
            _ring = ring with { GatherEntered = state.GatherEntered };
            _isTorn = false;
        }
        else if (state.GatherEntered != ring.GatherEntered)
        {
            _leftBy ??= receivedAt;
        }

        // Every member of the next ring is in it after this node has begun to commit it.
        if (state.CommitEntered == _ring!.Value.CommitEntered)
        {
            _uncommittedAt = sentAt;
        }
    }

    private void Form(TokenState state, long receivedAt)
    {
        _ring = state;
        _isTorn = true;
        _leftBy = null;
        FormedBy = receivedAt;
    }
}

namespace Quorum.Managed;

// After a gap a yes is not believed before it is proved. This type decides when it is: protocol-docs/monitor.md, "After
// a gap". It does no I/O and has no lock. QuorumEvaluator owns it.
internal sealed class GapProof(QuorumAssurance assurance, TimeSpan? fixedTime, TimeProvider time)
{
    // How long to wait where the daemon's time-outs are not known.
    private static readonly TimeSpan UnknownTiming = TimeSpan.FromSeconds(30);

    // A daemon was seen to learn the truth some milliseconds after token and consensus, on an idle machine.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private readonly TimeSpan? _fixed = assurance == QuorumAssurance.None ? fixedTime ?? TimeSpan.Zero : fixedTime;
    private bool _afterSilence;
    private TimeSpan _stall;
    private long? _answeredAt;
    private TokenTiming? _timing;
    private TokenEvidence? _evidence;
    private TokenState? _ring;
    private bool _wantsRing;

    // A gap has been, and a yes is not proved yet.
    public bool IsPending { get; private set; }

    // The daemon answers again, but its yes is not proved yet.
    public bool IsSettling => IsPending && _answeredAt is not null;

    // What ended the last gap.
    public QuorumBasis Basis { get; private set; }

    // The counter is of use now.
    public bool WantsToken => IsPending && _fixed is null;

    public bool WantsTiming { get; private set; }

    // A look at the counter would show which ring belongs to the newest notification.
    public bool WantsRing => _wantsRing && !IsPending && _fixed is null;

    // How often to look at the counter. A live token and a retransmitted one differ by a fifth of their distance, and
    // two looks must tell them apart.
    public TimeSpan? ProbeInterval =>
        WantsToken && _timing is { } timing
            ? TimeSpan.FromMilliseconds(Math.Max(5, timing.Retransmit.TotalMilliseconds / 20))
            : null;

    // A new connection. Without a counter the word of a daemon that connects promptly stands: it is a new daemon, or
    // one that was silent for less than the limit.
    public void Connected()
    {
        if (_fixed is null)
        {
            _ring = null;
            Begin(TimeSpan.Zero, afterSilence: false);
        }
    }

    // The daemon answered again after a silence of this length, or of an unknown length.
    public void Silent(TimeSpan stall)
    {
        if (_fixed != TimeSpan.Zero)
        {
            Begin(stall, afterSilence: true);
        }
    }

    // A notification: what the counter showed before belongs to another ring.
    public void Notified()
    {
        _evidence = null;
        _ring = null;
        _wantsRing = true;
        WantsTiming = WantsToken;
    }

    // The ring of the newest notification; null if the look failed.
    public void RingRead(TokenState? ring)
    {
        _ring = ring;
        _wantsRing = false;
    }

    public void TimingRead(TokenTiming? timing)
    {
        WantsTiming = false;
        _timing = timing;
        _evidence = null;
    }

    // A timely answer. confirmed: a yes that was asked after the newest notification. reading: how the counter was read
    // before the question was sent; null if it was not.
    public void Answered(bool confirmed, TokenReading? reading)
    {
        if (!IsPending)
        {
            return;
        }

        long now = time.GetTimestamp();
        _answeredAt ??= now;
        if (!confirmed)
        {
            _evidence = null;
            return;
        }

        TimeSpan waited = time.GetElapsedTime(_answeredAt.Value, now);
        if (_fixed is { } fixedTime)
        {
            EndIf(waited >= fixedTime, QuorumBasis.Fixed);
            return;
        }

        if (reading is { IsUnavailable: true } && !_afterSilence)
        {
            EndIf(true, QuorumBasis.None);
        }
        else if (_timing is { } timing && reading is { State: { } state } read)
        {
            _evidence ??= new TokenEvidence(timing, _stall, _ring, time);
            EndIf(_evidence.Add(state, read.SentAt, read.ReceivedAt), QuorumBasis.TokenCounter);
        }

        if (IsPending)
        {
            EndByTime(waited);
        }
    }

    // A ring that is still being formed gets the same time again.
    private void EndByTime(TimeSpan waited)
    {
        TimeSpan limit = _timing is { } timing ? timing.Token + timing.Consensus + Margin : UnknownTiming;
        bool over = waited >= (_evidence is { IsOtherRing: true } ? 2 * limit : limit);
        EndIf(over, _timing is null ? QuorumBasis.Fixed : QuorumBasis.Timing);
    }

    private void Begin(TimeSpan stall, bool afterSilence)
    {
        _stall = IsPending && _stall > stall ? _stall : stall;
        _afterSilence = afterSilence || (IsPending && _afterSilence);
        _answeredAt = null;
        _evidence = null;
        Basis = QuorumBasis.None;
        IsPending = true;
        WantsTiming = WantsToken;
    }

    private void EndIf(bool proved, QuorumBasis basis)
    {
        if (proved)
        {
            IsPending = WantsTiming = false;
            Basis = basis;
        }
    }
}

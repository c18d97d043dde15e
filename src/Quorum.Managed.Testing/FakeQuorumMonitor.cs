using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

/// <summary>
/// An <see cref="IQuorumMonitor"/> for unit tests: it says what the test tells it. No daemon, no simulator, no socket.
/// </summary>
/// <remarks>
/// <para>
/// All members are thread-safe. A new fake says <see cref="QuorumState.Unknown"/>. When a call such as
/// <see cref="SetInquorate"/> returns, <see cref="Current"/> says the new state, <see cref="QuorumLost"/> is cancelled
/// after a loss, and the handlers of <see cref="Changed"/> have run, on the thread of the caller. The end of a lease
/// comes on another thread; a test that speaks meanwhile gets overlapping calls of its handlers.
/// <see cref="RunWhileQuorateAsync"/> is the library's own. Strict work starts only with a lease.
/// </para>
/// <para>How a real cluster behaves in time, the simulator shows.</para>
/// </remarks>
public sealed class FakeQuorumMonitor : IQuorumMonitor, IQuorateSource, IDisposable
{
    private static readonly TimeSpan TimerGrain = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ITimer _leaseEnd;
    [SuppressMessage("Usage", "CA2213", Justification = "Users keep its token. A source without a timer owns nothing.")]
    private CancellationTokenSource _period = new();
    private TaskCompletionSource _changed = NewSource();
    private QuorumSnapshot _snapshot;
    private bool _disposed;

    /// <summary>Creates it.</summary>
    /// <param name="name">The name. Defaults to <c>fake</c>.</param>
    /// <param name="timeProvider">The clock; <see langword="null"/> for the system's.</param>
    public FakeQuorumMonitor(string name = "fake", TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        _time = timeProvider ?? TimeProvider.System;
        _period.Cancel();
        _leaseEnd = _time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _snapshot = new QuorumSnapshot
        {
            State = QuorumState.Unknown,
            UnknownReason = QuorumUnknownReason.NotStarted,
            Since = _time.GetUtcNow(),
        };
    }

    /// <inheritdoc/>
    public event EventHandler<QuorumSnapshot>? Changed;

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public QuorumSnapshot Current
    {
        get
        {
            EndLease();
            lock (_lock)
            {
                return _snapshot;
            }
        }
    }

    /// <inheritdoc/>
    public CancellationToken QuorumLost
    {
        get
        {
            EndLease();
            lock (_lock)
            {
                return _period.Token;
            }
        }
    }

    /// <inheritdoc/>
    public TimeSpan? LeaseRemaining =>
        Current.LeaseEnd is { } end
            ? Nanoseconds.Until(end, _time) is { Ticks: > 0 } left ? left : TimeSpan.Zero
            : null;

    /// <inheritdoc/>
    public TimeSpan? ConfirmationAge => Current.LastConfirmed is { } last ? _time.GetUtcNow() - last : null;

    TimeProvider IQuorateSource.Time => _time;

    CancellationToken IQuorateSource.WorkLost => QuorumLost;

    // A lease of a fake is as long as the test says, and is not renewed.
    TimeSpan? IQuorateSource.LeastLeaseLeft => null;

    long? IQuorateSource.PublishedLeaseEnd => Current.LeaseEnd;

    /// <summary>This node is quorate.</summary>
    /// <param name="members">The members; <see langword="null"/> for node 1 alone.</param>
    /// <param name="lease">
    /// How long the lease lasts, as with leased assurance; <see langword="null"/> for no lease. Call again to renew it.
    /// At its end the state is <see cref="QuorumState.Unknown"/>.
    /// </param>
    /// <exception cref="ArgumentException">There is no member, or the lease is not above zero.</exception>
    /// <exception cref="ObjectDisposedException">The fake was disposed.</exception>
    public void SetQuorate(IEnumerable<uint>? members = null, TimeSpan? lease = null)
    {
        if (lease <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(lease), lease, "A lease lasts for some time.");
        }

        Set(QuorumState.Quorate, QuorumUnknownReason.None, members, null, lease);
    }

    /// <summary>This node is not quorate.</summary>
    /// <param name="members">The members; <see langword="null"/> for node 1 alone.</param>
    /// <exception cref="ArgumentException">There is no member.</exception>
    /// <exception cref="ObjectDisposedException">The fake was disposed.</exception>
    public void SetInquorate(IEnumerable<uint>? members = null) =>
        Set(QuorumState.Inquorate, QuorumUnknownReason.None, members, null, null);

    /// <summary>Nothing is known. The members stay the last known ones.</summary>
    /// <param name="reason">Why. Defaults to <see cref="QuorumUnknownReason.Disconnected"/>.</param>
    /// <param name="error">The error; may be <see langword="null"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="reason"/> is none.</exception>
    /// <exception cref="ObjectDisposedException">The fake was disposed.</exception>
    public void SetUnknown(
        QuorumUnknownReason reason = QuorumUnknownReason.Disconnected, Exception? error = null)
    {
        if (reason == QuorumUnknownReason.None || !Enum.IsDefined(reason))
        {
            throw new ArgumentOutOfRangeException(nameof(reason), reason, "A reason is needed.");
        }

        Set(QuorumState.Unknown, reason, null, error, null);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<QuorumSnapshot> WatchAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long version = -1;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            QuorumSnapshot snapshot = Current;
            Task changed;
            bool last;
            lock (_lock)
            {
                snapshot = _snapshot;
                changed = _changed.Task;
                last = _disposed;
            }

            if (snapshot.Version != version)
            {
                version = snapshot.Version;
                yield return snapshot;
            }
            else if (last)
            {
                yield break;
            }
            else
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public Task<QuorumSnapshot> WaitForQuorumAsync(CancellationToken cancellationToken = default) =>
        QuorateRunner.WaitForQuorumAsync(WatchAsync(cancellationToken), nameof(FakeQuorumMonitor));

    /// <inheritdoc/>
    public Task<bool> RunWhileQuorateAsync(
        Func<CancellationToken, Task> work,
        RunWhileQuorateOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        options ??= new RunWhileQuorateOptions();
        options.Validate(QuorumAssurance.Leased);
        return new QuorateRunner(this, work, options, null).RunAsync(cancellationToken);
    }

    /// <summary>
    /// Ends it: the state is <see cref="QuorumState.Unknown"/>, and enumerations end. Further calls do nothing.
    /// </summary>
    public void Dispose()
    {
        FakeWord stopped = new(QuorumState.Unknown, QuorumUnknownReason.Stopped, null, null, null);
        if (TrySay(stopped, isLast: true, onlyIf: null))
        {
            _leaseEnd.Dispose();
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void OnTimer()
    {
        try
        {
            EndLease();
        }
        catch (AggregateException)
        {
            // A callback at QuorumLost failed. On this thread that would end the test's process.
        }
    }

    // Decided under the lock: a renewal that came first stays.
    private void EndLease() => TrySay(
        new FakeWord(QuorumState.Unknown, QuorumUnknownReason.LeaseExpired, null, null, null),
        isLast: false,
        onlyIf: snapshot => snapshot is { IsQuorate: true, LeaseEnd: { } end }
            && Nanoseconds.Until(end, _time) <= TimeSpan.Zero);

    private void Set(
        QuorumState state,
        QuorumUnknownReason reason,
        IEnumerable<uint>? members,
        Exception? error,
        TimeSpan? lease)
    {
        NodeList? list = state == QuorumState.Unknown
            ? null
            : NodeList.Create([.. (members ?? [1u]).Select(static id => new NodeId(id))]);
        if (list is { Count: 0 })
        {
            throw new ArgumentException("A membership has members.", nameof(members));
        }

        ObjectDisposedException.ThrowIf(
            !TrySay(new FakeWord(state, reason, list, error, lease), isLast: false, onlyIf: null), this);
    }

    // False when it was disposed, or the condition does not hold.
    private bool TrySay(FakeWord word, bool isLast, Func<QuorumSnapshot, bool>? onlyIf)
    {
        QuorumSnapshot next;
        CancellationTokenSource? ended = null;
        TaskCompletionSource changed;
        lock (_lock)
        {
            QuorumSnapshot last = _snapshot;
            if (_disposed || onlyIf?.Invoke(last) == false)
            {
                return false;
            }

            _disposed = isLast;
            next = word.After(last, _time);
            _snapshot = next;
            if (last.IsQuorate && !next.IsQuorate)
            {
                ended = _period;
            }
            else if (!last.IsQuorate && next.IsQuorate)
            {
                _period = new CancellationTokenSource();
            }

            changed = _changed;
            _changed = NewSource();
            // A timer of the system can be early by a millisecond or two, and then comes again.
            _leaseEnd.Change(
                word.Lease ?? Timeout.InfiniteTimeSpan, word.Lease is null ? Timeout.InfiniteTimeSpan : TimerGrain);
        }

        try
        {
            ended?.Cancel();
        }
        finally
        {
            // Also if a callback at the token throws.
            changed.TrySetResult();
            Changed?.Invoke(this, next);
        }

        return true;
    }
}

using System.Diagnostics;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// Asks the daemon once, within one time limit, and says what its answer rests on. A single look cannot see the token
// counter grow, so it compares what the daemon tells about its token with what a live ring can show.
// protocol-docs/monitor.md, "Single shots".
internal sealed class StatusQuestion : IDisposable
{
    // A membership that changes is told in two notifications, which are at most 140 ms apart without a quorum device.
    private static readonly TimeSpan ChangeTime = TimeSpan.FromMilliseconds(500);

    // A daemon that took longer to answer may have been stopped meanwhile, so what it said before counts no more.
    private static readonly TimeSpan PromptTime = TimeSpan.FromSeconds(1);

    // An attempt that ends by its time limit takes no less of it.
    private const double NearlyAll = 0.9;

    private const string Silence = "corosync says quorate, and its statistics (cmap) did not answer. " +
        "It may have stood still, and the other nodes may have formed a ring without this one.";

    // The daemon refreshes the age of its token every 1.5 s.
    private static readonly TimeSpan RefreshTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly QuorumConnectionOptions _options;
    private readonly CancellationToken _limit;
    private readonly Notified _notified = new();
    private CmapConnection? _statistics;

    // The last attempt to reach the statistics ended by its time limit. A daemon that stands still does that.
    private bool _isSilent;

    private StatusQuestion(QuorumConnectionOptions options, CancellationToken limit)
    {
        _options = options;
        _limit = limit;
    }

    // wantsMembers: check needs no more than model V0 if the statistics cannot be read.
    public static StatusReport Ask(
        QuorumConnectionOptions options, bool wantsMembers, bool wantsDetails, CancellationToken limit)
    {
        using StatusQuestion question = new(options, limit);
        using CancellationTokenRegistration registration = limit.UnsafeRegister(
            static state => ((StatusQuestion)state!).Dispose(), question);
        StatusReport report = question.Run(wantsMembers);
        if (!wantsDetails)
        {
            return report;
        }

        // After the answer, so that they cannot delay or change it.
        TimeSpan left = options.ConnectTimeout - Stopwatch.GetElapsedTime(question._start);
        return report with
        {
            Details = DetailsQuestion.Ask(options, report.Members, question._statistics, left),
        };
    }

    // Ends calls in progress.
    public void Dispose()
    {
        _statistics?.Dispose();
        _notified.Connection?.Dispose();
    }

    private StatusReport Run(bool wantsMembers)
    {
        bool hasStatistics = ConnectStatistics();
        using QuorumConnection connection = Connect(wantsMembers, hasStatistics);
        _notified.Connection = connection;
        _limit.ThrowIfCancellationRequested();
        bool tracks = wantsMembers || connection.Model == QuorumModel.V1;
        if (tracks)
        {
            connection.TrackStart(TrackFlags.Current | TrackFlags.Changes);
        }

        if (_isSilent)
        {
            // The first attempt may have met a daemon that was stopped until now.
            _ = ConnectStatistics();
        }

        long begin = Stopwatch.GetTimestamp();
        long start;
        TokenLook? look = null;
        StatusReport report;
        do
        {
            start = Stopwatch.GetTimestamp();
            // A look that fails tells nothing, and takes nothing back.
            look = Look() ?? look;
            report = tracks ? AskWithMembers(connection, look) : StatusReport.Of(connection, connection.GetQuorate());
        }
        while (report.State == QuorumState.Quorate
            && (Stopwatch.GetElapsedTime(start) > PromptTime || (look is { IsOld: true } && AwaitRefresh(begin))));

        report = report with { Basis = look is null ? "none" : "tokenAge" };
        string? doubt = look is null && _isSilent ? Silence : look?.Doubt(DateTimeOffset.UtcNow);
        return report.State == QuorumState.Quorate && doubt is not null
            ? report with { State = QuorumState.Unknown, Error = doubt }
            : report;
    }

    // After the death of another node the age is old until the daemon refreshes it, and young then. The age of a node
    // that is excluded only grows. False if there is no time, or no hope, for another look.
    private bool AwaitRefresh(long begin)
    {
        bool more = Stopwatch.GetElapsedTime(begin) < RefreshTime && Left() > 2 * LookInterval;
        return more && !_limit.WaitHandle.WaitOne(LookInterval);
    }

    // The statistics come first: a daemon that has them is no corosync 2.x, so model V1 needs no check of its own.
    private bool ConnectStatistics()
    {
        CorosyncConnectionOptions options = CmapOptions();
        TimeSpan nearlyAll = options.ConnectTimeout * NearlyAll;
        TimeSpan slow = nearlyAll < PromptTime ? nearlyAll : PromptTime;
        long begin = Stopwatch.GetTimestamp();
        try
        {
            _statistics = CmapConnection.Connect(options, CmapMap.Statistics);
            _isSilent = false;
            return true;
        }
        catch (QuorumException)
        {
            _isSilent = Stopwatch.GetElapsedTime(begin) >= slow;
            return false;
        }
    }

    // A corosync before 3.1 has no model V1, and is asked for V0 then.
    private QuorumConnection Connect(bool wantsMembers, bool hasStatistics)
    {
        bool v0WillDo = !wantsMembers && !hasStatistics && _options.FallBackToV0 == true;
        return QuorumConnection.Connect(_options with
        {
            ConnectTimeout = Left(),
            Model = v0WillDo ? QuorumModel.V0 : _options.Model,
            AssumeModelV1 = hasStatistics || _options.AssumeModelV1,
            Callbacks = new()
            {
                NodeListChanged = (_, list) => _notified.Add(list),
                QuorumChanged = (_, quorum) => _notified.Add(quorum),
            },
            CallbacksV0 = new() { QuorumChanged = (_, quorum) => _notified.Add(quorum) },
        });
    }

    // Null if the statistics cannot be read. That changes the basis of the answer, and no answer.
    private TokenLook? Look()
    {
        try
        {
            return _statistics is null ? null : TokenLook.Read(_statistics, CmapOptions());
        }
        catch (Exception e) when (e is QuorumException or InvalidOperationException or ObjectDisposedException
            && !_limit.IsCancellationRequested)
        {
            return null;
        }
    }

    // With model V1 the node list and the quorum state belong together if both are of the same ring and the daemon's
    // answer is still the same. Otherwise more notifications are on their way. Either of the two may come first. With
    // model V0 both are one notification.
    private StatusReport AskWithMembers(QuorumConnection connection, TokenLook? look)
    {
        using CancellationTokenSource change = CancellationTokenSource.CreateLinkedTokenSource(_limit);
        change.CancelAfter(ChangeTime);
        bool hasProvider = connection.QuorumType == QuorumType.Set;
        TokenLook? first = look;
        bool consistent = false;
        bool unmoved = false;
        bool? answer = null;
        try
        {
            while (!consistent)
            {
                while (!_notified.IsComplete(connection))
                {
                    _ = connection.Dispatch(DispatchFlags.One, change.Token);
                }

                answer = connection.GetQuorate();
                _ = connection.Dispatch(DispatchFlags.All, change.Token);
                consistent = !hasProvider || (answer == _notified.Quorate && _notified.IsComplete(connection));
                if (consistent && hasProvider && look is { IsForming: true })
                {
                    consistent = false;
                    _ = change.Token.WaitHandle.WaitOne(LookInterval);
                    look = Look() ?? look;
                    unmoved = look.IsSameRing(first!) && !look.IsOld;
                    change.Token.ThrowIfCancellationRequested();
                }
            }
        }
        catch (OperationCanceledException) when (!_limit.IsCancellationRequested)
        {
            // The membership is changing, for longer than usual. A commit that failed leaves its number ahead for good:
            // then nothing else speaks against the answer, and the number stands still.
            consistent = unmoved && answer == _notified.Quorate && _notified.IsComplete(connection);
        }

        StatusReport report = StatusReport.Of(connection, answer ?? connection.GetQuorate()) with
        {
            RingId = _notified.ListRing,
            RingSequence = _notified.ListRing?.Sequence ?? _notified.Sequence,
            Members = _notified.Members,
        };
        return consistent || report.State != QuorumState.Quorate
            ? report
            : report with
            {
                State = QuorumState.Unknown,
                Error = "the membership is changing: corosync has a newer ring than its quorum state belongs to.",
            };
    }

    // Not all of the time, so that a cmap service that does not answer leaves some for the question itself.
    private CorosyncConnectionOptions CmapOptions()
    {
        TimeSpan half = Left() / 2;
        return _options with { ConnectTimeout = half, RequestTimeout = half };
    }

    private TimeSpan Left()
    {
        _limit.ThrowIfCancellationRequested();
        TimeSpan left = _options.ConnectTimeout - Stopwatch.GetElapsedTime(_start);
        return left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
    }

    // The connection, and the latest notification of each kind.
    private sealed class Notified
    {
        private RingId? _quorumRing;

        public QuorumConnection? Connection { get; set; }

        public RingId? ListRing { get; private set; }

        // With model V0.
        public ulong? Sequence { get; private set; }

        public NodeList? Members { get; private set; }

        public bool Quorate { get; private set; }

        public void Add(NodeListChangedEvent list) => (ListRing, Members) = (list.RingId, [.. list.Members]);

        public void Add(QuorumChangedEvent quorum) => (_quorumRing, Quorate) = (quorum.RingId, quorum.Quorate);

        public void Add(QuorumChangedV0Event quorum) =>
            (Sequence, Quorate, Members) = (quorum.RingSequence, quorum.Quorate, [.. quorum.Members]);

        // Without a quorum provider there are no quorum notifications, and model V0 has no others.
        public bool IsComplete(QuorumConnection connection) => (connection.Model, connection.QuorumType) switch
        {
            (QuorumModel.V0, QuorumType.Set) => Sequence is not null,
            (QuorumModel.V0, _) => true,
            (_, QuorumType.Set) => ListRing is not null && _quorumRing == ListRing,
            _ => ListRing is not null,
        };
    }
}

namespace Quorum.Managed;

// What a run of work needs of its monitor.
internal interface IQuorateSource
{
    TimeProvider Time { get; }

    // Is cancelled at the end of the quorate period, for work of RunWhileQuorateAsync.
    CancellationToken WorkLost { get; }

    // What a lease has left just before it is renewed, at the least. A strict grace must be shorter.
    TimeSpan? LeastLeaseLeft { get; }

    // In nanoseconds of the clock, as QuorumSnapshot.LeaseEnd.
    long? PublishedLeaseEnd { get; }

    Task<QuorumSnapshot> WaitForQuorumAsync(CancellationToken cancellationToken);
}

namespace Quorum.Managed;

// The parts of a snapshot that come from other services than quorum. MonitorCore calls it under its lock.
internal sealed class SnapshotParts
{
    private VotesReading? _votes;
    private NamesReading? _names;

    public void Read(PartReading reading)
    {
        _votes = reading as VotesReading ?? _votes;
        _names = reading as NamesReading ?? _names;
    }

    public QuorumSnapshot AddTo(QuorumSnapshot snapshot)
    {
        QuorumSnapshot withVotes = _votes?.AddTo(snapshot) ?? snapshot;
        return _names?.AddTo(withVotes) ?? withVotes;
    }

    // A part that was read anew and says the same is no change.
    public static bool AreSame(QuorumSnapshot one, QuorumSnapshot other) =>
        one.Votes == other.Votes
        && NamesReading.AreSame(one.Names, other.Names)
        && PartReading.AreSame(one.VotesPart, other.VotesPart)
        && PartReading.AreSame(one.NamesPart, other.NamesPart);
}

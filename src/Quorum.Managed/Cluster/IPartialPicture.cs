namespace Quorum.Managed;

// What was read of a service that could not tell all of it.
internal interface IPartialPicture
{
    // Null when nothing lacks.
    QuorumException? Problem { get; }
}

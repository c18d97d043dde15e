namespace Quorum.Managed;

// What reads one part of a picture until it is cancelled.
internal interface IPartFollower
{
    Task RunAsync(CancellationToken stop);
}

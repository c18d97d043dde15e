using Quorum.Managed;
using Quorum.Managed.Protocol;

await using QuorumConnection connection = await QuorumConnection.ConnectAsync();
Console.WriteLine($"quorate now: {await connection.GetQuorateAsync()}");
await connection.TrackStartAsync(TrackFlags.Current | TrackFlags.Changes);
await foreach (QuorumNotification notification in connection.ReadNotificationsAsync())
{
    Console.WriteLine(notification);
}

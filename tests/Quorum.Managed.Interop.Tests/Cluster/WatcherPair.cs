using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>A managed connection and a libquorum handle that watch the same node from the same state on.</summary>
internal sealed class WatcherPair : IAsyncDisposable
{
    private readonly TimeSpan _patience;
    private int _managedPosition;
    private int _nativePosition;

    public WatcherPair(CorosyncNode node, TimeSpan patience)
    {
        _patience = patience;
        Native = NativeQuorumHandle.ConnectTo(node);
        Native.TrackStart();
        Managed = ManagedWatcher.ConnectTo(node);
    }

    public ManagedWatcher Managed { get; }

    public NativeQuorumHandle Native { get; }

    /// <summary>
    /// Waits until both have seen these notifications in this order. Others may come in between: corosync also tells a
    /// membership that the next one soon replaces.
    /// </summary>
    public void Expect(params string[] stories)
    {
        foreach (string story in stories)
        {
            _managedPosition = Managed.WaitFor(story, _managedPosition, _patience);
            _nativePosition = Native.WaitForEvent(e => e.Story == story, _nativePosition, _patience);
        }
    }

    /// <summary>
    /// Asserts that both have seen exactly the same, ring ids included, and that each node list follows from the one
    /// before it.
    /// </summary>
    public void AssertSame()
    {
        Native.WaitForEvent(Managed.Seen.Count, _patience);
        Managed.WaitForCount(Native.Events.Count, _patience);
        IReadOnlyList<QuorumNotification> seen = Managed.Seen;
        Assert.That(
            seen.Take(Native.Events.Count).Select(ManagedWatcher.StoryWithRing),
            Is.EqualTo(Native.Events.Take(seen.Count).Select(e => e.ToString())));
        NodeListChanged[] lists = [.. seen.OfType<NodeListChanged>()];
        for (int i = 1; i < lists.Length; i++)
        {
            IEnumerable<NodeId> expected = lists[i - 1].Members.Except(lists[i].Left).Union(lists[i].Joined);
            Assert.That(lists[i].Members, Is.EquivalentTo(expected), lists[i].ToString());
        }
    }

    public async ValueTask DisposeAsync()
    {
        Native.Dispose();
        await Managed.DisposeAsync();
    }
}

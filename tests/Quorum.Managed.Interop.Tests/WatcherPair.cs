using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Ours and libquorum, watching the same node from the same state on.</summary>
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

    /// <summary>Both see these in this order; a membership that is overtaken may come in between.</summary>
    public void Expect(params string[] stories)
    {
        foreach (string story in stories)
        {
            _managedPosition = Managed.WaitFor(story, _managedPosition, _patience);
            _nativePosition = Native.WaitForEvent(e => string.Equals(e.Story, story, StringComparison.Ordinal), _nativePosition, _patience);
        }
    }

    /// <summary>Both have seen exactly the same, ring ids included, and each node list follows from the one before.</summary>
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

namespace Quorum.Managed.Testing;

// The events of one client, in order. Events wait here while the channel has no room. The caller holds the cluster's
// mutex.
internal sealed class EventQueue(ServerChannel channel)
{
    private readonly Queue<byte[]> _waiting = new();

    public int Count => _waiting.Count;

    // Sends the event now if nothing keeps it back. Returns false when something is left for Flush.
    public bool Send(byte[] message, bool hold)
    {
        if (hold || _waiting.Count > 0 || !channel.TrySendEvent(message))
        {
            _waiting.Enqueue(message);
            return false;
        }

        // The event can have found room and its doorbell none.
        return channel.Flush();
    }

    // Sends as many of the waiting events as there is room for.
    public FlushResult Flush()
    {
        int sent = 0;
        while (_waiting.TryPeek(out byte[]? message) && channel.TrySendEvent(message))
        {
            _waiting.Dequeue();
            sent++;
        }

        bool flushed = channel.Flush();
        return new FlushResult(sent > 0, !flushed || _waiting.Count > 0);
    }
}

namespace Quorum.Managed;

// Raises the Changed event on the thread pool, one snapshot at a time and in order. Post may be called under a lock: it
// only queues. If the handlers are more than LongestQueue snapshots behind, the oldest snapshots are dropped.
internal sealed class ChangeDispatcher(Action<QuorumSnapshot> raise) : IThreadPoolWorkItem
{
    private const int LongestQueue = 1024;
    private readonly Queue<QuorumSnapshot> _queue = new();
    private bool _running;

    public void Post(QuorumSnapshot snapshot)
    {
        lock (_queue)
        {
            if (_queue.Count == LongestQueue)
            {
                _queue.Dequeue();
            }

            _queue.Enqueue(snapshot);
            if (_running)
            {
                return;
            }

            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (true)
        {
            QuorumSnapshot? next;
            lock (_queue)
            {
                if (!_queue.TryDequeue(out next))
                {
                    _running = false;
                    return;
                }
            }

            raise(next);
        }
    }
}

using System.Buffers;
using System.Text;

namespace Quorum.Managed.Gateway;

// The newest event for all readers. A reader that is slow skips what came meanwhile, and nothing is queued. The bytes
// are made once, however many readers there are. Thread-safe.
internal sealed class Broadcast
{
    private readonly Lock _lock = new();
    private EventUpdate _latest = new(0, [], 0, []);

    public EventUpdate Latest => Volatile.Read(ref _latest);

    public void PublishStatus(ReadOnlySpan<byte> json)
    {
        lock (_lock)
        {
            EventUpdate last = _latest;
            long number = last.StatusNumber + 1;
            Replace(last with { StatusNumber = number, Status = Message("status", number, json) });
        }
    }

    public void PublishHeartbeat(ReadOnlySpan<byte> json)
    {
        lock (_lock)
        {
            EventUpdate last = _latest;
            Replace(last with
            {
                HeartbeatNumber = last.HeartbeatNumber + 1,
                Heartbeat = Message("heartbeat", null, json),
            });
        }
    }

    // There will be no more.
    public void Complete()
    {
        lock (_lock)
        {
            Replace(_latest with { IsLast = true });
        }
    }

    public static byte[] Message(string name, long? id, ReadOnlySpan<byte> json)
    {
        ArrayBufferWriter<byte> message = new(json.Length + 64);
        string idLine = id is { } number ? $"id: {number}\n" : "";
        Encoding.UTF8.GetBytes($"event: {name}\n{idLine}data: ", message);
        message.Write(json);
        message.Write("\n\n"u8);
        return message.WrittenSpan.ToArray();
    }

    private void Replace(EventUpdate update)
    {
        EventUpdate last = _latest;
        Volatile.Write(ref _latest, update with { Next = EventUpdate.NewSource() });
        last.Next.SetResult();
    }
}

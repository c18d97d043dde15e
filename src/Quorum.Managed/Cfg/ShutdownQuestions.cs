using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cfg;

namespace Quorum.Managed;

// The questions of one connection whether corosync may stop. The daemon counts every reply, so that one too many would
// stand for another client's.
internal sealed class ShutdownQuestions(ServiceConnection service, ShutdownRequestedCallback? callback)
{
    // 1 while the last question was given out and not replied to.
    private int _open;

    public void Take()
    {
        service.ThrowIfDisposed();
        if (Interlocked.Exchange(ref _open, 0) == 0)
        {
            throw new InvalidOperationException(
                "There is no question to reply to: reply once to each ShutdownRequested.");
        }

        // The daemon has one question open at a time. A newer one waits to be read, so this one is settled, and a reply
        // to it would stand for one to the newer.
        if (IsOvertaken())
        {
            throw QuorumErrors.Refused(ReplyToShutdownRequest.Name, CorosyncError.Access);
        }
    }

    // Returns false for an event of a newer daemon.
    public bool Handle(CfgConnection connection, ReadOnlySpan<byte> message)
    {
        if (Read(message) is not { } question)
        {
            return false;
        }

        callback?.Invoke(connection, question);
        return true;
    }

    // Null for an event of a newer daemon.
    public ShutdownRequested? ReadNotification(ReadOnlySpan<byte> message) =>
        Read(message) is { } question ? new ShutdownRequested(question.Flags) : null;

    private bool IsOvertaken()
    {
        try
        {
            return service.Ipc.WaitForEvent(TimeSpan.Zero);
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Using(e);
        }
    }

    private TestShutdownEvent? Read(ReadOnlySpan<byte> message)
    {
        try
        {
            if (WireMessage.ReadId(message) != TestShutdownEvent.Id)
            {
                return null;
            }

            TestShutdownEvent question = TestShutdownEvent.Read(message);
            Volatile.Write(ref _open, 1);
            return question;
        }
        catch (WireFormatException e)
        {
            throw service.Broken(e);
        }
    }
}

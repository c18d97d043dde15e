using System.Threading.Channels;
using Quorum.Managed.Hosting;

namespace Quorum.Managed.AotSmoke;

/// <summary>Says when it starts and when it ends.</summary>
internal sealed class Work(QuorumMonitor monitor) : QuorateBackgroundService(monitor)
{
    private readonly Channel<bool> _changes = Channel.CreateUnbounded<bool>();

    public async Task UntilAsync(bool runs, CancellationToken cancellation)
    {
        bool change = await _changes.Reader.ReadAsync(cancellation);
        Console.WriteLine($"work: {(change ? "runs" : "has ended")}");
        if (change != runs)
        {
            throw new InvalidOperationException($"the work {(change ? "started" : "ended")} out of turn");
        }
    }

    protected override async Task ExecuteWhileQuorateAsync(CancellationToken quorumLost)
    {
        await _changes.Writer.WriteAsync(true, CancellationToken.None);
        try
        {
            await new TaskCompletionSource().Task.WaitAsync(quorumLost);
        }
        finally
        {
            await _changes.Writer.WriteAsync(false, CancellationToken.None);
        }
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Quorum.Managed;

// The end of a quorate period, told to the work that the library runs and to its users apart: a callback of a user's
// may block, and must not hold up the end of the work.
[SuppressMessage("Design", "CA1001", Justification = "Users keep the tokens. A source without a timer owns nothing.")]
internal sealed class QuoratePeriod
{
    private readonly CancellationTokenSource _work = new();
    private readonly CancellationTokenSource _users = new();

    // For RunWhileQuorateAsync. Its callbacks are the library's own, and do not block.
    public CancellationToken Work => _work.Token;

    // For QuorumMonitor.QuorumLost.
    public CancellationToken Users => _users.Token;

    public bool HasEnded => _work.IsCancellationRequested && _users.IsCancellationRequested;

    // Does not wait: HasEnded follows at once.
    public void End(Action<Exception>? unobservedError)
    {
        try
        {
            LossSignal.Send(_work, unobservedError);
        }
        finally
        {
            // Readers of the state wait for both.
            LossSignal.Send(_users, unobservedError);
        }
    }
}

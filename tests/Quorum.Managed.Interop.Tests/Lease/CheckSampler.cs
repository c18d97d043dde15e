using System.Diagnostics;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Asks a node's daemon over and over, each time by a new connection with one question.</summary>
/// <remarks>Times are of <see cref="Stopwatch.GetTimestamp"/>.</remarks>
internal sealed class CheckSampler : IDisposable
{
    private readonly QuorumEndpoint _endpoint;
    private readonly List<(long Sent, long Answered, bool? Quorate)> _answers = [];
    private readonly ManualResetEventSlim _stop = new(initialState: false, spinCount: 0);
    private readonly Thread _thread;

    public CheckSampler(QuorumEndpoint endpoint)
    {
        _endpoint = endpoint;
        _thread = new Thread(Run) { IsBackground = true, Name = "checks" };
        _thread.Start();
    }

    /// <summary>The answers so far, oldest first; null where there was none.</summary>
    public IReadOnlyList<(long Sent, long Answered, bool? Quorate)> Answers
    {
        get
        {
            lock (_answers)
            {
                return [.. _answers];
            }
        }
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        do
        {
            long sent = Stopwatch.GetTimestamp();
            bool? quorate = Ask();
            lock (_answers)
            {
                _answers.Add((sent, Stopwatch.GetTimestamp(), quorate));
            }
        }
        while (!_stop.Wait(TimeSpan.FromMilliseconds(20)));
    }

    private bool? Ask()
    {
        try
        {
            using QuorumConnection connection = QuorumConnection.Connect(
                new() { Endpoint = _endpoint, Model = QuorumModel.V0 });
            return connection.GetQuorate();
        }
        catch (QuorumException)
        {
            return null;
        }
    }
}

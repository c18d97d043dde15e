using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Quorum.Managed.Gateway;

// Runs a command after each change: one at a time. Of the changes that come meanwhile the newest is told.
internal sealed class ChangeHook(GatewayOptions options, ILogger<ChangeHook> logger) : BackgroundService, IChangeOutput
{
    private readonly Channel<QuorumSnapshot> _changes = Channel.CreateBounded<QuorumSnapshot>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private QuorumSnapshot? _posted;

    public void OnChanged(QuorumSnapshot snapshot)
    {
        if (_posted is { } last
            && last.State == snapshot.State
            && last.UnknownReason == snapshot.UnknownReason
            && last.RingId == snapshot.RingId
            && last.RingSequence == snapshot.RingSequence
            && last.Members == snapshot.Members)
        {
            return;
        }

        _posted = snapshot;
        _changes.Writer.TryWrite(snapshot);
    }

    public void OnTick(QuorumSnapshot snapshot)
    {
        // Changes are all that a hook is told.
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        QuorumState before = QuorumState.Unknown;
        try
        {
            await foreach (QuorumSnapshot snapshot in _changes.Reader.ReadAllAsync(stoppingToken))
            {
                await RunAsync(snapshot, before, stoppingToken);
                before = snapshot.State;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task RunAsync(QuorumSnapshot snapshot, QuorumState before, CancellationToken stoppingToken)
    {
        using Process hook = new() { StartInfo = StartInfo(snapshot, before) };
        try
        {
            hook.Start();
        }
        catch (Win32Exception e)
        {
            logger.HookNotStarted(e.Message);
            return;
        }

        hook.StandardInput.Close();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limit.CancelAfter(options.OnChangeTimeout);
        try
        {
            await hook.WaitForExitAsync(limit.Token);
            if (hook.ExitCode != 0)
            {
                logger.HookFailed(hook.ExitCode);
            }
        }
        catch (OperationCanceledException)
        {
            Kill(hook);
            if (!stoppingToken.IsCancellationRequested)
            {
                logger.HookKilled(options.OnChangeTimeout);
            }
        }
    }

    // A child of another user cannot be killed.
    private void Kill(Process hook)
    {
        try
        {
            hook.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is AggregateException or Win32Exception or InvalidOperationException)
        {
            logger.HookNotKilled(e.Message);
        }
    }

    private ProcessStartInfo StartInfo(QuorumSnapshot snapshot, QuorumState before)
    {
        ProcessStartInfo start = new("/bin/sh") { RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(options.OnChange!);
        start.Environment["QUORUM_STATE"] = Names.Of(snapshot.State);
        start.Environment["QUORUM_PREVIOUS_STATE"] = Names.Of(before);
        start.Environment["QUORUM_REASON"] =
            snapshot.State == QuorumState.Unknown ? Names.Of(snapshot.UnknownReason) : "";
        start.Environment["QUORUM_RING"] = snapshot.RingId?.ToString() ?? "";
        start.Environment["QUORUM_MEMBERS"] = string.Join(' ', snapshot.Members);
        start.Environment["QUORUM_VALID_UNTIL"] =
            snapshot.ValidUntil?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) ?? "";
        start.Environment["QUORUM_LEASE_END"] = snapshot.LeaseEnd?.ToString(CultureInfo.InvariantCulture) ?? "";
        return start;
    }
}

namespace Quorum.Managed.Gateway;

// Server-sent events: the status at once, then each change and heartbeats.
internal static class EventStream
{
    // A reader that is gone, or never reads, ends its connection: Kestrel sees both.
    public static async Task ServeAsync(HttpContext context, NodeWatch watch)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        // nginx would collect the events otherwise.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        // The first status is made for this reader: the newest for all may be some seconds old.
        (long status, _, long heartbeat, _) = watch.Events.Latest;
        CancellationToken gone = context.RequestAborted;
        try
        {
            await WriteAsync(context, Broadcast.Message("status", status, watch.Report.Json()), gone);
            while (true)
            {
                EventUpdate update = watch.Events.Latest;
                if (update.StatusNumber > status)
                {
                    await WriteAsync(context, update.Status, gone);
                }
                else if (update.HeartbeatNumber > heartbeat)
                {
                    await WriteAsync(context, update.Heartbeat, gone);
                }
                else if (update.IsLast)
                {
                    return;
                }
                else
                {
                    await update.Next.Task.WaitAsync(gone);
                    continue;
                }

                // The status that was sent is newer than any heartbeat before it.
                status = update.StatusNumber;
                heartbeat = update.HeartbeatNumber;
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The reader has left.
        }
    }

    private static async Task WriteAsync(HttpContext context, byte[] message, CancellationToken gone)
    {
        await context.Response.Body.WriteAsync(message, gone);
        await context.Response.Body.FlushAsync(gone);
    }
}

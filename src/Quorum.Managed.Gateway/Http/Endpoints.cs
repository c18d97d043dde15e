using System.Globalization;
using System.Text;

namespace Quorum.Managed.Gateway;

// The paths and what they answer. None of them asks corosync: all read what is known.
internal static class Endpoints
{
    private const string Json = "application/json; charset=utf-8";
    private const string Text = "text/plain; charset=utf-8";
    private const int LowestCode = 200;
    private const int HighestCode = 599;

    public static void Map(WebApplication app)
    {
        app.Use(static (context, next) =>
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers.CacheControl = "no-store";
            headers.XContentTypeOptions = "nosniff";
            return next(context);
        });
        NodeWatch watch = app.Services.GetRequiredService<NodeWatch>();
        QuorumMonitor monitor = app.Services.GetRequiredService<QuorumMonitor>();
        GatewayMetrics metrics = app.Services.GetRequiredService<GatewayMetrics>();
        // Before the server stops: it would wait for the readers.
        app.Lifetime.ApplicationStopping.Register(watch.Events.Complete);
        Map(app, "/livez", context => LiveAsync(context, watch));
        Map(app, "/readyz", context => ReadyAsync(context, watch, monitor));
        Map(app, "/status", context => WriteAsync(context, StatusCodes.Status200OK, Json, watch.Report.Json()));
        Map(app, "/events", context => EventStream.ServeAsync(context, watch));
        Map(app, "/metrics", metrics.ServeAsync);
        Page.Map(app);
        // Every path that is left, also one that looks like a file's name.
        app.MapFallback("{**path}", static context => SayAsync(
            context,
            StatusCodes.Status404NotFound,
            "There is no such path. There are /, /readyz, /livez, /status, /events and /metrics."));
    }

    public static void Map(WebApplication app, string path, RequestDelegate answer) =>
        app.Map(path, context =>
        {
            if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            {
                return answer(context);
            }

            context.Response.Headers.Allow = "GET, HEAD";
            return SayAsync(context, StatusCodes.Status405MethodNotAllowed, "There are GET and HEAD only.");
        });

    public static Task WriteAsync(HttpContext context, int code, string type, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static Task LiveAsync(HttpContext context, NodeWatch watch) => watch.IsAlive
        ? SayAsync(context, StatusCodes.Status200OK, "alive")
        : SayAsync(context, StatusCodes.Status503ServiceUnavailable, "the gateway's loop stands still");

    private static Task ReadyAsync(HttpContext context, NodeWatch watch, QuorumMonitor monitor)
    {
        QuorumSnapshot snapshot = monitor.Current;
        (string name, int otherwise) = snapshot.State switch
        {
            QuorumState.Quorate => ("quorate", StatusCodes.Status200OK),
            QuorumState.Inquorate => ("inquorate", StatusCodes.Status503ServiceUnavailable),
            _ => ("unknown", StatusCodes.Status503ServiceUnavailable),
        };
        foreach (string key in context.Request.Query.Keys)
        {
            if (key is not ("quorate" or "inquorate" or "unknown"))
            {
                return SayAsync(
                    context,
                    StatusCodes.Status400BadRequest,
                    "The query can have quorate=CODE, inquorate=CODE and unknown=CODE.");
            }

            if (Code(context.Request.Query[key]) is null)
            {
                return SayAsync(
                    context,
                    StatusCodes.Status400BadRequest,
                    $"{key} must be a code of HTTP from {LowestCode} to {HighestCode}.");
            }
        }

        int code = Code(context.Request.Query[name]) ?? otherwise;
        return WriteAsync(context, code, Json, watch.Report.ReadinessJson(snapshot));
    }

    // 204 and 304 have no body, so they are no answer here.
    private static int? Code(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int code)
        && code is >= LowestCode and <= HighestCode and not (204 or 205 or 304)
            ? code
            : null;

    private static Task SayAsync(HttpContext context, int code, string sentence) =>
        WriteAsync(context, code, Text, Encoding.UTF8.GetBytes(sentence + "\n"));
}

using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Quorum.Managed.AspNetCore;

/// <summary>Endpoints that answer only while this node is quorate.</summary>
public static class QuorumEndpointExtensions
{
    /// <summary>
    /// Answers 503 with Retry-After unless <see cref="IQuorumMonitor.Current"/> says quorate when the request comes.
    /// The monitor is added by <c>AddQuorumMonitor</c> of the package Quorum.Managed.Hosting.
    /// </summary>
    /// <remarks>
    /// Works for minimal endpoints, groups and controllers. An endpoint that routing replaces by another, as
    /// <c>MapFallbackToController</c> makes it, cannot be guarded: building it fails. The body of the 503 is a problem
    /// (RFC 9457) with the member <c>state</c>: inquorate or unknown. Reading the state costs no request to corosync.
    /// A response can be on its way when quorum is lost: what it writes elsewhere must be guarded by
    /// <see cref="QuorumSnapshot.LeaseEnd"/> or by the cancellation of the request.
    /// </remarks>
    /// <typeparam name="TBuilder">The type of the endpoint or group.</typeparam>
    /// <param name="builder">The endpoint or group.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <returns>The endpoint or group.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static TBuilder RequireQuorum<TBuilder>(this TBuilder builder, RequireQuorumOptions? options = null)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        options ??= new RequireQuorumOptions();
        options.Validate();
        // Last, when all of the endpoint is known. What cannot be guarded must not be served.
        builder.Finally(endpoint =>
        {
            if (endpoint.RequestDelegate is not { } next
                || endpoint.Metadata.OfType<IDynamicEndpointMetadata>().Any(static metadata => metadata.IsDynamic))
            {
                throw new InvalidOperationException(
                    $"RequireQuorum cannot guard {endpoint.DisplayName}, because routing puts another endpoint in its "
                    + "place. Guard the controllers or pages themselves.");
            }

            endpoint.RequestDelegate = context => GuardAsync(context, next, options);
        });
        return builder;
    }

    private static async Task GuardAsync(HttpContext context, RequestDelegate next, RequireQuorumOptions options)
    {
        IQuorumMonitor monitor = options.ServiceKey is { } key
            ? context.RequestServices.GetRequiredKeyedService<IQuorumMonitor>(key)
            : context.RequestServices.GetRequiredService<IQuorumMonitor>();
        // The token first: it belongs to the period that the snapshot confirms, or is cancelled.
        CancellationToken lost = monitor.QuorumLost;
        if (!monitor.Current.IsQuorate || lost.IsCancellationRequested)
        {
            await RefuseAsync(context, monitor.Current, options).ConfigureAwait(false);
            return;
        }

        if (!options.CancelOnLoss)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        CancellationToken aborted = context.RequestAborted;
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(aborted, lost);
        context.RequestAborted = either.Token;
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            // The loss ended it.
        }
        finally
        {
            context.RequestAborted = aborted;
        }

        if (lost.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            await EndAsync(context, monitor, options).ConfigureAwait(false);
        }
    }

    // Quorum was lost while the endpoint ran. Some results take the cancellation for a client that has left, and end in
    // the middle: a response that has begun must not look whole.
    private static async Task EndAsync(HttpContext context, IQuorumMonitor monitor, RequireQuorumOptions options)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        await RefuseAsync(context, monitor.Current, options).ConfigureAwait(false);
    }

    private static async Task RefuseAsync(HttpContext context, QuorumSnapshot snapshot, RequireQuorumOptions options)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter =
            Math.Ceiling(options.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/problem+json";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        using MemoryStream body = new();
        Utf8JsonWriter json = new(body);
        await using (json.ConfigureAwait(false))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", "This node has no quorum.");
            json.WriteNumber("status", StatusCodes.Status503ServiceUnavailable);
            // Quorate here means that quorum was lost and is back.
            json.WriteString("state", snapshot.State == QuorumState.Inquorate ? "inquorate" : "unknown");
            json.WriteEndObject();
        }

        await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted)
            .ConfigureAwait(false);
    }
}

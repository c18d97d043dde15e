namespace Quorum.Managed.AspNetCore;

/// <summary>How an endpoint that requires quorum answers without it. Immutable.</summary>
public sealed record RequireQuorumOptions
{
    /// <summary>
    /// Defaults to 5 s; from 1 s to a day. What the response header Retry-After tells a client, in whole seconds.
    /// </summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Defaults to <see langword="true"/>: <c>HttpContext.RequestAborted</c> is also cancelled when quorum is lost
    /// while the endpoint runs. The request is then answered with 503, or its connection is aborted if the response has
    /// begun.
    /// </summary>
    public bool CancelOnLoss { get; init; } = true;

    /// <summary>
    /// The key of the monitor, as given to <c>AddKeyedQuorumMonitor</c>; <see langword="null"/> for the monitor without
    /// a key.
    /// </summary>
    public string? ServiceKey { get; init; }

    internal void Validate() => ArgumentOutOfRangeException.ThrowIfNotEqual(
        RetryAfter >= TimeSpan.FromSeconds(1) && RetryAfter <= TimeSpan.FromDays(1), true, nameof(RetryAfter));
}

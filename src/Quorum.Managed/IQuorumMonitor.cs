namespace Quorum.Managed;

/// <summary>
/// What code that acts only with quorum needs of a <see cref="QuorumMonitor"/>, so that a test can put another one in
/// its place: <c>FakeQuorumMonitor</c> of the package Quorum.Managed.Testing.
/// </summary>
/// <remarks>All members are thread-safe. Starting and disposing are for the owner of the monitor.</remarks>
public interface IQuorumMonitor
{
    /// <summary>Raised for each new <see cref="QuorumSnapshot.Version"/>, in order, one at a time.</summary>
    event EventHandler<QuorumSnapshot>? Changed;

    /// <summary>The monitor's name.</summary>
    string Name { get; }

    /// <summary>The state of this node now. Reading it never waits.</summary>
    QuorumSnapshot Current { get; }

    /// <summary>
    /// Is cancelled when <see cref="Current"/> stops saying <see cref="QuorumState.Quorate"/>. When this node is not
    /// quorate, the token is already cancelled.
    /// </summary>
    CancellationToken QuorumLost { get; }

    /// <summary>How much of the lease is left; <see langword="null"/> without a lease.</summary>
    TimeSpan? LeaseRemaining { get; }

    /// <summary>
    /// The time since the last answered request was sent; <see langword="null"/> before the first.
    /// </summary>
    TimeSpan? ConfirmationAge { get; }

    /// <summary>Reads the present snapshot, and then each change.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The snapshots. A reader that lags misses older ones, never the newest.</returns>
    IAsyncEnumerable<QuorumSnapshot> WatchAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until this node is quorate.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The snapshot that says quorate.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The monitor was disposed before this node was quorate.</exception>
    Task<QuorumSnapshot> WaitForQuorumAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs work while this node is quorate. See <see cref="QuorumMonitor.RunWhileQuorateAsync"/> for the exceptions.
    /// </summary>
    /// <param name="work">The work. Its token is cancelled on loss of quorum.</param>
    /// <param name="options">Grace, settle time and restart; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the work and the wait for quorum.</param>
    /// <returns>
    /// <see langword="true"/> when the work ran to its end; <see langword="false"/> when quorum was lost and
    /// <see cref="RunWhileQuorateOptions.Restart"/> is off.
    /// </returns>
    Task<bool> RunWhileQuorateAsync(
        Func<CancellationToken, Task> work,
        RunWhileQuorateOptions? options = null,
        CancellationToken cancellationToken = default);
}

using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// How a <see cref="QuorumConnection"/> reaches the daemon and what it asks for. Immutable; checked when a connection
/// is made.
/// </summary>
public sealed record QuorumConnectionOptions : CorosyncConnectionOptions
{
    /// <summary>
    /// Which notifications the connection gets. Defaults to <see cref="QuorumModel.V1"/>, which needs corosync 3.1.0 or
    /// newer.
    /// </summary>
    public QuorumModel Model { get; init; } = QuorumModel.V1;

    /// <summary>
    /// Whether the daemon is known to be corosync 3 or newer. Defaults to <see langword="false"/>: the first connection
    /// of model V1 to a daemon process asks its cmap service first, because corosync 2.x could crash if asked for V1.
    /// With a 2.x, or when cmap cannot be reached, connecting fails with <see cref="CorosyncError.NotSupported"/> and
    /// V1 was not asked for. Set it where cmap is out of reach, or to save about the time of one connect per daemon
    /// process. A listener that is not bound to the service's name, <c>quorum</c>, is no corosync and is never checked.
    /// </summary>
    public bool AssumeModelV1 { get; init; }

    /// <summary>
    /// Whether a daemon that has no model V1 is asked for V0 instead: corosync 2.x and 3.0.x. Only if
    /// <see cref="Model"/> is V1. <see cref="QuorumConnection.Model"/> tells which one the connection has. Defaults to
    /// <see langword="null"/>: a <see cref="QuorumMonitor"/> does so, and <see cref="QuorumConnection.Connect"/> does
    /// not. Where cmap cannot be reached, so that a 2.x could not be told from a newer daemon, connecting fails in both
    /// cases.
    /// </summary>
    public bool? FallBackToV0 { get; init; }

    /// <summary>
    /// What <see cref="QuorumConnection.Dispatch"/> calls with model V1. Defaults to <see langword="null"/>. Not needed
    /// to read notifications otherwise.
    /// </summary>
    public QuorumCallbacks? Callbacks { get; init; }

    /// <summary>
    /// What <see cref="QuorumConnection.Dispatch"/> calls with model V0. Defaults to <see langword="null"/>. Not needed
    /// to read notifications otherwise.
    /// </summary>
    public QuorumCallbacksV0? CallbacksV0 { get; init; }

    /// <summary>What <see cref="QuorumConnection.Context"/> is at first. Defaults to <see langword="null"/>.</summary>
    public object? Context { get; init; }

    internal static QuorumConnectionOptions Default { get; } = new();

    internal override void Validate()
    {
        if (Model is not (QuorumModel.V0 or QuorumModel.V1))
        {
            throw new ArgumentOutOfRangeException(nameof(Model), Model, "Not a model: V0 or V1.");
        }

        bool wrongCallbacks = Model == QuorumModel.V0
            ? Callbacks is not null && CallbacksV0 is null
            : CallbacksV0 is not null && Callbacks is null;
        if (wrongCallbacks)
        {
            throw new ArgumentException(
                $"The callbacks are those of another model than {Model}: they would never be called.",
                nameof(Callbacks));
        }

        base.Validate();
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Quorum.Managed;

/// <summary>
/// What <see cref="QuorumConnection.Dispatch"/> does: <c>cs_dispatch_flags_t</c>, with its values. The values are
/// alternatives and do not combine.
/// </summary>
/// <remarks>Source: quorum_dispatch(3).</remarks>
[SuppressMessage("Design", "CA1027:Mark enums with FlagsAttribute", Justification = "They are alternatives.")]
[SuppressMessage("Naming", "CA1726:Use preferred terms", Justification = "corosync's term.")]
public enum DispatchFlags
{
    /// <summary>Not set; refused.</summary>
    None = 0,

    /// <summary>Waits for one event and handles it (CS_DISPATCH_ONE).</summary>
    One = 1,

    /// <summary>Handles all events that are there; never waits (CS_DISPATCH_ALL).</summary>
    All = 2,

    /// <summary>Handles events, and waits for more, until the connection ends (CS_DISPATCH_BLOCKING).</summary>
    Blocking = 3,

    /// <summary>Handles one event if one is there; never waits (CS_DISPATCH_ONE_NONBLOCKING).</summary>
    OneNonBlocking = 4,
}

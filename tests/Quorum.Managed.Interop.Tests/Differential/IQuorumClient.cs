namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>
/// One connection, native or managed. Each call answers what came of it as text: the cs_error_t by name, and what else was returned. Callbacks, with all their
/// arguments, and what was called inside them are appended to <see cref="Log"/>.
/// </summary>
internal interface IQuorumClient : IDisposable
{
    /// <summary>What happened in callbacks since the log was cleared.</summary>
    List<string> Log { get; }

    /// <summary>Whether the descriptor polls readable.</summary>
    bool IsReadable { get; }

    /// <summary>Model 0, 1 or any other number, or -1 for quorum_initialize; callbacks: "both", "quorum", "nodelist" or "none".</summary>
    string Initialize(int model, string callbacks);

    string GetQuorate();

    string TrackStart(uint flags);

    string TrackStop();

    /// <summary>Dispatches; in the first callback, does what <paramref name="inside"/> says.</summary>
    string Dispatch(int flags, string inside);

    string SetContext(int value);

    string GetContext();

    string FinalizeConnection();
}

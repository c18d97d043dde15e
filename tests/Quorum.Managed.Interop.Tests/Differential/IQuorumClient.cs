namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>
/// One connection, native or managed. Each call returns its outcome as text: the name of the cs_error_t, and the values
/// that the call returned. <see cref="Log"/> gets the callbacks with all their arguments, and the outcomes of the calls
/// inside them.
/// </summary>
internal interface IQuorumClient : IDisposable
{
    /// <summary>The callbacks since the log was cleared.</summary>
    List<string> Log { get; }

    /// <summary>Whether the descriptor polls readable.</summary>
    bool IsReadable { get; }

    /// <summary>
    /// Connects. The model is 0, 1 or any other number, or -1 for quorum_initialize; the callbacks are "both",
    /// "quorum", "nodelist" or "none".
    /// </summary>
    string Initialize(int model, string callbacks);

    string GetQuorate();

    string TrackStart(uint flags);

    string TrackStop();

    /// <summary>Dispatches; the first callback makes the calls that <paramref name="inside"/> names.</summary>
    string Dispatch(int flags, string inside);

    string SetContext(int value);

    string GetContext();

    string FinalizeConnection();
}

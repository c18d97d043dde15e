namespace Quorum.Managed.Interop.Tests.ServicesBesideNative;

/// <summary>
/// One side of a scenario: the native libraries, or ours. Each call returns what happened in the same words. Used by
/// one thread at a time, and connected to one node.
/// </summary>
internal interface IServicesSide : IDisposable
{
    /// <summary>The events that were handed out so far, in order for each service.</summary>
    List<string> Events { get; }

    /// <summary>Node 0 is the own one.</summary>
    string Info(uint node);

    string VotesTrack(uint flags, ulong context);

    string VotesStop();

    string Get(string map, string key);

    string List(string map, string prefix);

    /// <summary>Watches a prefix. The number is the test's own, for <see cref="Unwatch"/> and the events.</summary>
    string Watch(string map, int number, string prefix, int what);

    string Unwatch(string map, int number);

    string LocalNode();

    string Addresses(uint node);

    string Status(uint node);

    string CfgTrack();

    string CfgStop();

    string Reply(bool allow);

    /// <summary>Hands out the events that are there; returns what became of the connections.</summary>
    string Dispatch();
}

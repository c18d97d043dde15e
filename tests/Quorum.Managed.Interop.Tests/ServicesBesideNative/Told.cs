using Quorum.Managed.Protocol;

namespace Quorum.Managed.Interop.Tests.ServicesBesideNative;

/// <summary>The words in which both sides tell what they got.</summary>
internal static class Told
{
    public static string Error(int error) => $"error {error}";

    public static string Info(
        uint node, uint state, uint votes, uint expected, uint highest, uint total, uint quorum, uint flags,
        uint deviceVotes, string deviceName) =>
        $"node {node} state {state} votes {votes} expected {expected} highest {highest} total {total} quorum {quorum} "
        + $"flags {flags:x} device {deviceVotes} '{deviceName}'";

    public static string VotesQuorum(ulong context, uint quorate, IEnumerable<(uint Id, uint State)> nodes) =>
        $"votes: quorum {quorate} [{string.Join(' ', nodes.Select(static n => $"{n.Id}:{n.State}"))}] of {context}";

    public static string VotesExpected(ulong context, uint expected) => $"votes: expected {expected} of {context}";

    public static string VotesNodes(ulong context, string ring, IEnumerable<uint> nodes) =>
        $"votes: nodes {ring} [{string.Join(' ', nodes)}] of {context}";

    public static string Value(int type, ReadOnlySpan<byte> bytes) => type == 0 ? "none"
        : $"{type}:{Convert.ToHexString(type == (int)CmapValueType.Text ? UpToNul(bytes) : bytes)}";

    public static string Changed(int tracker, string key, int change, string now, string before) =>
        $"cmap {tracker}: {key} {change} {now} was {before}";

    public static string Link(int number, int enabled, int connected, int dynamic, uint mtu, string from, string to) =>
        $"link {number} {enabled}{connected}{dynamic} mtu {mtu} {from}->{to}";

    public static string Status(uint node, int reachable, int remote, int external, IEnumerable<string> links) =>
        $"node {node} {reachable}{remote}{external} {string.Join(", ", links)}";

    public static string Shutdown(int flags) => $"cfg: may it stop? {flags}";

    public static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOf((byte)0) is >= 0 and int nul ? bytes[..nul] : bytes;
}

namespace Quorum.Managed.Cli;

// What is shown of a cluster again and again. Doubt: one line on what is not known, null if nothing is. IsWhole: a row
// that is not there does not exist any more.
internal sealed record FollowedTable(string[] Header, IReadOnlyList<FollowedRow> Rows, string? Doubt, bool IsWhole);

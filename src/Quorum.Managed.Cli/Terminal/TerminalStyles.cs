using Spectre.Console;

namespace Quorum.Managed.Cli;

// Styles that more than one view uses.
internal static class TerminalStyles
{
    public static Style Bold { get; } = new(decoration: Decoration.Bold);

    public static Style Dim { get; } = new(decoration: Decoration.Dim);

    public static Style Quorate { get; } = new(Color.Green, decoration: Decoration.Bold);

    public static Style NotQuorate { get; } = new(Color.Red, decoration: Decoration.Bold);

    public static Style Of(bool quorate) => quorate ? Quorate : NotQuorate;
}

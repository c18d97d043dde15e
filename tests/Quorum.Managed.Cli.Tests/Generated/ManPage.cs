using System.Text;

namespace Quorum.Managed.Cli.Tests;

/// <summary>Writes a command as a page for man(1).</summary>
internal static class ManPage
{
    private const string Head = ".\\\" Generated from the options of the command by GeneratedFileTests. Do not edit.\n";

    /// <summary>The name of the page: quorum, or quorum-status.</summary>
    public static string NameOf(CommandPage page) => page == CommandPage.Root ? "quorum" : "quorum-" + page.Name;

    public static string Of(CommandPage page)
    {
        bool isRoot = page == CommandPage.Root;
        string name = NameOf(page);
        StringBuilder text = new(Head);
        text.Append($".TH {name.ToUpperInvariant()} 1 \"\" \"Quorum.Managed\" \"User Commands\"\n");
        Section(text, "NAME", $"{Text(name)} \\- {Text(FirstSentence(page.Description))}");
        Section(text, "SYNOPSIS", Synopsis(page, isRoot));
        Section(text, "DESCRIPTION", Text(page.Description));
        if (isRoot)
        {
            text.Append(".SH COMMANDS\n");
            foreach (CommandPage command in CommandPage.All)
            {
                Item(text, $"\\fB{Text(NameOf(command))}\\fR(1)", FirstSentence(command.Description));
            }
        }

        if (page.Arguments.Count > 0)
        {
            text.Append(".SH ARGUMENTS\n");
            foreach (CommandArgument argument in page.Arguments)
            {
                Item(text, $"\\fI{Text(argument.Name)}\\fR", argument.Description);
            }
        }

        text.Append(".SH OPTIONS\n");
        foreach (CommandOption option in page.Options)
        {
            string names = string.Join(
                ", ", option.Aliases.Append(option.Name).Select(static name => $"\\fB{Text(name)}\\fR"));
            Item(text, option.Value is { } value ? $"{names} \\fI{Text(value)}\\fR" : names, option.Description);
        }

        if (isRoot)
        {
            text.Append(".SH ENVIRONMENT\n");
            Item(text, "\\fBQUORUM_ENDPOINT\\fR", "Where corosync listens, if there is no --endpoint.");
            Item(text, "\\fBNO_COLOR\\fR", "If it is not empty, nothing is coloured.");
        }

        string others = isRoot
            ? string.Join(", ", CommandPage.All.Select(static command => Reference(NameOf(command))))
            : Reference("quorum");
        Section(text, "SEE ALSO", others + ", " + Reference("corosync.conf", 5));
        return text.ToString();
    }

    private static string Synopsis(CommandPage page, bool isRoot)
    {
        string words = string.Concat(page.Arguments.Select(static argument =>
        {
            string word = $"\\fI{Text(argument.Name)}\\fR" + (argument.IsRest ? "..." : "");
            return argument.IsOptional ? $" [{word}]" : " " + word;
        }));
        return isRoot
            ? "\\fBquorum\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR]"
            : $"\\fBquorum {Text(page.Name)}\\fR [\\fIOPTIONS\\fR]" + words;
    }

    private static string FirstSentence(string text)
    {
        int end = text.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).TrimEnd('.');
    }

    private static string Reference(string page, int section = 1) => $"\\fB{Text(page)}\\fR({section})";

    private static void Section(StringBuilder text, string title, string body) =>
        text.Append($".SH {title}\n{body}\n");

    private static void Item(StringBuilder text, string head, string body) =>
        text.Append($".TP\n{head}\n{Text(body)}\n");

    // A hyphen that is typed is written with a backslash. A line must not begin with a dot or an apostrophe.
    private static string Text(string text)
    {
        string escaped = text.Replace("\\", "\\e", StringComparison.Ordinal)
            .Replace("-", "\\-", StringComparison.Ordinal);
        return escaped is ['.' or '\'', ..] ? "\\&" + escaped : escaped;
    }
}

namespace Quorum.Managed.Cli;

// The library's messages advise options of the library. A user of a command has these instead.
internal static class OptionWords
{
    // A text that was translated is left as it is by a second translation.
    private static readonly (string Library, string Command)[] Words =
    [
        ("AdditionalTrustedUids", "--trust-uid"),
        ("AssumeModelV1", "--assume-model-v1"),
        ("QuorumModel.V0", "--model v0"),
        ("MaxMessageSize", "--max-message-size"),
        ("LeaseMargin", "--lease-margin"),
        ("Use CmapMap.Configuration", "Leave out --stats"),
        ("use CmapMap.Configuration", "leave out --stats"),
    ];

    public static string Translate(string message) => Translate(message, live: "leave out --strict");

    // live: what a user does who wants no lease.
    public static string Translate(string message, string live)
    {
        message = message.Replace("use QuorumAssurance.Live", live, StringComparison.Ordinal);
        foreach ((string library, string command) in Words)
        {
            message = message.Replace(library, command, StringComparison.Ordinal);
        }

        return message;
    }
}

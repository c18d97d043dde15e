namespace Quorum.Managed.Cli;

// One row of a table that is followed. Key: what it is about. IsBad: it is shown in another colour. WriteFields: the
// fields of its JSON, without the end of the object.
internal sealed record FollowedRow(string Key, string[] Cells, bool IsBad, Action<JsonLineWriter> WriteFields)
{
    // Two rows that read the same are the same.
    public string Json { get; } = JsonOf(WriteFields);

    private static string JsonOf(Action<JsonLineWriter> write)
    {
        using StringWriter text = new();
        using JsonLineWriter line = new(text);
        write(line);
        line.EndLine();
        return text.ToString();
    }
}

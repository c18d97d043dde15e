using System.Globalization;

namespace Quorum.Managed.Gateway;

// What the gateway tells the keeper of the state file, one line each. Immutable.
// LeaseEnd is in nanoseconds of CLOCK_BOOTTIME. EndTicks is the same moment of the wall clock, as DateTime has it. Both
// are 0 while the node is not quorate: that needs no end.
internal sealed record StateWord(long LeaseEnd, long EndTicks, string Content)
{
    public bool HasEnd => LeaseEnd != 0;

    public static StateWord Not(StateFormat format) => new(0, 0, StateContent.Of(format, QuorumState.Unknown));

    // The file is replaced as a whole. While it says "quorate", its time of modification is the end of that.
    public void WriteTo(string path)
    {
        string temporary = path + ".new";
        try
        {
            File.WriteAllText(temporary, Content + "\n");
        }
        catch (IOException) when (!HasEnd && File.Exists(path))
        {
            // A full disk. What the file says must end all the same.
            File.Delete(path);
            throw;
        }

        if (HasEnd)
        {
            File.SetLastWriteTimeUtc(temporary, new DateTime(EndTicks, DateTimeKind.Utc));
        }

        File.Move(temporary, path, overwrite: true);
    }

    // Whether the file says something else. One that is missing or cannot be read says nothing.
    public bool IsContradictedBy(string path)
    {
        try
        {
            return !string.Equals(File.ReadAllText(path), Content + "\n", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // No content has a line break: JSON escapes it.
    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{LeaseEnd} {EndTicks} {Content}");

    public static StateWord Parse(string line)
    {
        string[] parts = line.Split(' ', 3);
        return parts.Length == 3
            ? new StateWord(
                long.Parse(parts[0], CultureInfo.InvariantCulture),
                long.Parse(parts[1], CultureInfo.InvariantCulture),
                parts[2])
            : throw new FormatException("The line is cut.");
    }
}

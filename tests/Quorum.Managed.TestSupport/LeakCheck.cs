using System.Globalization;

namespace Quorum.Managed.TestSupport;

/// <summary>
/// What this process and the daemons hold at one moment, to be compared with a later one: libqb's entries of /dev/shm,
/// and this process's file descriptors. Other clusters on the machine have entries too, so select by daemon.
/// </summary>
public sealed class LeakCheck
{
    private const string SharedMemoryDirectory = "/dev/shm";

    private LeakCheck(IReadOnlySet<string> sharedMemory, IReadOnlyDictionary<int, string> descriptors)
    {
        SharedMemory = sharedMemory;
        Descriptors = descriptors;
    }

    /// <summary>Names in /dev/shm that begin with "qb-".</summary>
    public IReadOnlySet<string> SharedMemory { get; }

    /// <summary>Open descriptors of this process and what they lead to, for example "socket:[1234]".</summary>
    public IReadOnlyDictionary<int, string> Descriptors { get; }

    /// <summary>Takes a snapshot; with daemons given, only of their entries in /dev/shm.</summary>
    public static LeakCheck Take(IEnumerable<int>? daemonPids = null)
    {
        string[]? prefixes = daemonPids is null
            ? null
            : [.. daemonPids.SelectMany(pid => new[] { Text($"qb-{pid}-"), Text($"qb-corosync-{pid}-") })];
        HashSet<string> sharedMemory = Directory.EnumerateFileSystemEntries(SharedMemoryDirectory, "qb-*")
            .Select(path => Path.GetFileName(path))
            .Where(name => prefixes?.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) ?? true)
            .ToHashSet(StringComparer.Ordinal);
        Dictionary<int, string> descriptors = [];
        foreach (string path in Directory.GetFiles("/proc/self/fd"))
        {
            // The descriptor that listed the directory is closed by now, and has no target.
            if (TargetOf(path) is { } target)
            {
                descriptors[int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)] = target;
            }
        }

        return new LeakCheck(sharedMemory, descriptors);
    }

    /// <summary>
    /// What was not there <paramref name="before"/>, a line each: "shm NAME" or "fd N -> TARGET". The runtime opens
    /// descriptors at first use (epoll, pipes). Warm up before the first snapshot, or look at the kinds that matter.
    /// </summary>
    public IReadOnlyList<string> Since(LeakCheck before) =>
    [
        .. SharedMemory.Except(before.SharedMemory, StringComparer.Ordinal).Select(name => "shm " + name),
        .. Descriptors.Except(before.Descriptors).Select(entry => Text($"fd {entry.Key} -> {entry.Value}")),
    ];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string? TargetOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}

using System.Globalization;

namespace Quorum.Managed.Ipc;

// The uids of this process's user namespace, as /proc/self/uid_map tells. user_namespaces(7).
internal sealed class UserNamespace
{
    private readonly List<(uint Inside, uint Outside, uint Count)> _ranges = [];

    private UserNamespace()
    {
    }

    // Read anew each time: the map can be written after the process has started.
    public static UserNamespace Current => Read("/proc/self/uid_map");

    // The same for groups.
    public static UserNamespace CurrentGroups => Read("/proc/self/gid_map");

    // Whether the map could be read.
    public bool IsKnown { get; private init; }

    // Whether root of the namespace outside certainly has no uid in here. It then appears as the overflow uid.
    public bool HidesRoot => IsKnown && !_ranges.Exists(static range => range.Outside == 0 && range.Count > 0);

    // Each line has the first uid inside, the first uid outside and their number.
    public static UserNamespace Parse(string map)
    {
        UserNamespace read = new() { IsKnown = true };
        foreach (string line in map.Split('\n'))
        {
            string[] parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0)
            {
                continue;
            }

            if (parts.Length != 3
                || !TryParse(parts[0], out uint inside)
                || !TryParse(parts[1], out uint outside)
                || !TryParse(parts[2], out uint count))
            {
                return new UserNamespace();
            }

            read._ranges.Add((inside, outside, count));
        }

        return read;
    }

    // The uid that a process outside sees. Null where that is unknown.
    public uint? Outside(uint uid)
    {
        foreach ((uint inside, uint outside, uint count) in _ranges)
        {
            if (uid >= inside && uid - inside < count)
            {
                return outside + (uid - inside);
            }
        }

        return null;
    }

    private static UserNamespace Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new UserNamespace();
        }
    }

    private static bool TryParse(string text, out uint value) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}

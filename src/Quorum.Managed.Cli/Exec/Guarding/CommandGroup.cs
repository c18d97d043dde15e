using System.Globalization;
using System.Text;

namespace Quorum.Managed.Cli;

// A control group (cgroup v2) for the command, where this user may make one. The kernel ends all of its processes at
// once, also those of another user.
internal sealed unsafe class CommandGroup
{
    private const int WriteOnly = 1;

    private readonly string _path;
    private readonly int _kill;

    private CommandGroup(string path, int processes, int kill)
    {
        _path = path;
        Processes = processes;
        _kill = kill;
    }

    // cgroup.procs, to write.
    public int Processes { get; }

    // Null where there is no such control group, or none with cgroup.kill (Linux 5.14).
    public static CommandGroup? Create()
    {
        if (Own() is not { } own)
        {
            return null;
        }

        string path = PathFor(own, Kernel.ProcessId);
        try
        {
            if (Directory.Exists(path))
            {
                // A guard of the same number in another namespace may have it.
                return null;
            }

            Directory.CreateDirectory(path);
            int processes = Open(Path.Combine(path, "cgroup.procs"));
            int kill = Open(Path.Combine(path, "cgroup.kill"));
            CommandGroup group = new(path, processes, kill);
            if (processes >= 0 && kill >= 0)
            {
                return group;
            }

            group.Remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The directory is not ours.
        }

        return null;
    }

    // Removes what a guard with this pid has left behind, if nothing runs in it.
    public static void RemoveFor(int guard)
    {
        if (Own() is { } own)
        {
            Remove(PathFor(own, guard));
        }
    }

    public void Kill()
    {
        byte one = (byte)'1';
        _ = Kernel.Write(_kill, &one, 1);
    }

    public void Remove() => Remove(_path);

    private static void Remove(string path)
    {
        try
        {
            Directory.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is not there, or something in it could not be ended.
        }
    }

    private static string PathFor(string own, int guard) =>
        Path.Combine(own, "quorum-exec-" + guard.ToString(CultureInfo.InvariantCulture));

    // The directory of the control group of this process.
    private static string? Own()
    {
        try
        {
            string? line = File.ReadLines("/proc/self/cgroup").FirstOrDefault(
                static line => line.StartsWith("0::/", StringComparison.Ordinal));
            string? mount = File.ReadLines("/proc/self/mounts")
                .Select(static line => line.Split(' '))
                .Where(static fields => fields.Length > 2 && fields[2] is "cgroup2")
                .Select(static fields => fields[1])
                .FirstOrDefault();
            return line is null || mount is null ? null : mount + line[3..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int Open(string path)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            return Kernel.Open(name, WriteOnly);
        }
    }
}

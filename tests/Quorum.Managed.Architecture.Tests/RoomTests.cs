using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Architecture.Tests;

/// <summary>
/// Each folder of a project holds one subject, so that its name leads a newcomer to the right file. The root of a
/// project holds the few types that a user meets first.
/// </summary>
public sealed partial class RoomTests
{
    // A folder with more files than this holds more than one subject.
    private const int MostFiles = 20;

    private static readonly Dictionary<string, Plan> Plans = new()
    {
        ["Quorum.Managed.Protocol"] = new(
            "I?Wire.*|.*Header|HeaderLayout|ResponseReader|StatusResponse|Throw|NodeId|RingId|CorosyncError",
            "Handshake", "QuorumService", "VoteQuorum", "Cmap", "Cmap/Values", "Cfg"),
        ["Quorum.Managed.Ipc"] = new(
            @"Ipc\w*|PeerCredentials|WaitStrategy|Errno",
            "Connecting", "Requests", "Transports", "Transports/SharedMemory", "Transports/Sockets", "Interop"),
        ["Quorum.Managed"] = new(
            @"(Corosync|Quorum)(Connection|Endpoint|Monitor|Snapshot|State|Telemetry|UnknownReason)\w*"
                + "|RunWhileQuorateOptions|.*Exception",
            "Services", "Notifications", "Monitoring", "Monitoring/Assurance", "Monitoring/Parts",
            "Monitoring/Snapshots", "VoteQuorum", "Cmap", "Cfg", "Cluster"),
        ["Quorum.Managed.Hosting"] = new(".*"),
        ["Quorum.Managed.Testing"] = new(@"(Quorum|Simulat)\w*", "Model", "Faults", "Transport", "Services"),
        ["Quorum.Managed.Cli"] = new(
            "Program",
            "Status", "Watch", "Exec", "Exec/Guarding", "Exec/Kernel", "Wait", "Nodes", "Links", "Map", "Simulate",
            "Demo", "Follow", "Terminal", "Hosting"),
        ["Quorum.Managed.Gateway"] = new(".*"),
    };

    private static IEnumerable<string> Projects =>
        Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(path => Path.GetFileName(path)!);

    [TestCaseSource(nameof(Projects))]
    public void Folders_of_a_project_are_its_rooms(string project) =>
        Assert.That(FilesByFolder(project).Select(folder => folder.Key), Is.SubsetOf(Plans[project].Rooms.Append("")));

    [TestCaseSource(nameof(Projects))]
    public void Root_of_a_project_holds_what_users_meet_first(string project)
    {
        Regex allowed = new($"^({Plans[project].Root})$", RegexOptions.None, TimeSpan.FromSeconds(10));
        Assert.That(
            FilesByFolder(project).Where(folder => folder.Key.Length == 0)
                .SelectMany(folder => folder)
                .Where(file => !allowed.IsMatch(file)),
            Is.Empty);
    }

    [TestCaseSource(nameof(Projects))]
    public void Folders_stay_small(string project) =>
        Assert.That(
            FilesByFolder(project).Where(folder => folder.Count() > MostFiles)
                .Select(folder => $"{project}/{folder.Key} has {folder.Count()} files"),
            Is.Empty);

    [Test]
    public void Namespace_is_the_project_or_the_project_and_the_folder()
    {
        List<string> wrong = [];
        foreach (string path in Repository.Sources("src"))
        {
            Match declared = NamespaceLine().Match(File.ReadAllText(path));
            string folder = Path.GetDirectoryName(Path.GetRelativePath(Path.Combine(Repository.Root, "src"), path))!;
            string project = folder.Split('/')[0];
            string[] possible = [project, folder.Replace('/', '.'), project + "." + Path.GetFileName(folder)];
            if (declared.Success && !possible.Contains(declared.Groups[1].Value, StringComparer.Ordinal))
            {
                wrong.Add($"{path}: {declared.Groups[1].Value} instead of {string.Join(" or ", possible.Distinct())}");
            }
        }

        Assert.That(wrong, Is.Empty);
    }

    // The names of a project's source files, without extension; the root has the key "".
    private static IEnumerable<IGrouping<string, string>> FilesByFolder(string project) =>
        Repository.Sources("src/" + project)
            .Select(path => Path.GetRelativePath(Path.Combine(Repository.Root, "src", project), path))
            .GroupBy(path => Path.GetDirectoryName(path)!, path => Path.GetFileNameWithoutExtension(path));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    private sealed record Plan(string Root, params string[] Rooms);
}

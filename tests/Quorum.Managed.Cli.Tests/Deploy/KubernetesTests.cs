using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Quorum.Managed.Cli.Tests;

/// <summary>The manifests of deploy: command lines, probes, mounts, and what does not go together.</summary>
public sealed class KubernetesTests
{
    private static IEnumerable<string> Manifests => DeployFiles.In("kubernetes", "*.yaml");

    [TestCaseSource(nameof(Manifests))]
    public void Every_command_line_is_one_that_the_command_takes(string file)
    {
        int found = 0;
        foreach (YamlMappingNode container in Containers(PodOf(file)).Where(IsOurs))
        {
            found++;
            DeployFiles.Parse(Words(container, "args"));
            Assert.That(container.Children.ContainsKey("command"), Is.False, "the image's entry point is the command");
        }

        Assert.That(found, Is.Positive);
    }

    // A restart cannot bring quorum back. A probe must end by its own limit, which has a message, before the kubelet's.
    [TestCaseSource(nameof(Manifests))]
    public void Probes_are_for_readiness_only_and_end_by_themselves(string file)
    {
        foreach (YamlMappingNode container in Containers(PodOf(file)))
        {
            string[] probes =
            [
                .. container.Children.Keys.Select(static key => key.ToString())
                    .Where(static key => key.EndsWith("Probe", StringComparison.Ordinal)),
            ];
            Assert.That(probes, Is.EqualTo(IsOurs(container) ? (string[])["readinessProbe"] : []));
            if (IsOurs(container))
            {
                YamlMappingNode probe = (YamlMappingNode)container["readinessProbe"];
                string[] command = Words((YamlMappingNode)probe["exec"], "command");
                Assert.That(command[..2], Is.EqualTo((string[])["/quorum", "check"]));
                TimeSpan limit = DeployFiles.TimeoutOf(DeployFiles.Parse(command[1..]));
                Assert.That(limit, Is.LessThan(TimeSpan.FromSeconds(Number(probe, "timeoutSeconds"))));
                Assert.That(Number(probe, "timeoutSeconds"), Is.LessThan(Number(probe, "periodSeconds")));
            }
        }
    }

    [TestCaseSource(nameof(Manifests))]
    public void Host_network_comes_without_a_user_namespace(string file)
    {
        YamlMappingNode pod = PodOf(file);
        bool hasHostNetwork = Text(pod, "hostNetwork") == "true";
        Assert.That(hasHostNetwork && Text(pod, "hostUsers") == "false", Is.False, "Kubernetes refuses it");
        // The abstract address belongs to a network namespace.
        bool hasSockets = Containers(pod).Any(
            static container => Environment(container).ContainsKey(QuorumEndpoint.EnvironmentVariable));
        Assert.That(hasSockets, Is.Not.EqualTo(hasHostNetwork), "one way to the socket is needed");
    }

    [TestCaseSource(nameof(Manifests))]
    public void Volumes_are_mounted_and_hold_what_the_command_looks_for(string file)
    {
        YamlMappingNode pod = PodOf(file);
        Dictionary<string, YamlMappingNode> volumes = ((YamlSequenceNode)pod["volumes"]).Cast<YamlMappingNode>()
            .ToDictionary(static volume => Text(volume, "name")!, StringComparer.Ordinal);
        YamlMappingNode[] ours = [.. Containers(pod).Where(IsOurs)];
        Assert.That(
            ours.SelectMany(Mounts).Select(static mount => Text(mount, "name")).Distinct(),
            Is.EquivalentTo(volumes.Keys));
        foreach (YamlMappingNode path in volumes.Values.Select(static volume => (YamlMappingNode)volume["hostPath"]))
        {
            Assert.That(Text(path, "path"), Does.StartWith("/"));
            Assert.That(Text(path, "type"), Is.EqualTo("Directory"), "a file is another one when corosync restarts");
        }

        foreach (YamlMappingNode container in ours)
        {
            string[] places = [.. Mounts(container).Select(static mount => Text(mount, "mountPath")!)];
            Assert.That(places, Does.Contain("/dev/shm"));
            if (Environment(container).TryGetValue(QuorumEndpoint.EnvironmentVariable, out string? endpoint))
            {
                Assert.That(() => QuorumEndpoint.Parse(endpoint), Throws.Nothing);
                Assert.That(places, Does.Contain(Path.GetDirectoryName(endpoint["unix:".Length..])));
            }
        }
    }

    [TestCaseSource(nameof(Manifests))]
    public void Containers_of_the_command_have_no_privileges(string file)
    {
        foreach (YamlMappingNode container in Containers(PodOf(file)).Where(IsOurs))
        {
            YamlMappingNode context = (YamlMappingNode)container["securityContext"];
            Assert.That(Text(context, "readOnlyRootFilesystem"), Is.EqualTo("true"));
            Assert.That(Text(context, "allowPrivilegeEscalation"), Is.EqualTo("false"));
            Assert.That(Words((YamlMappingNode)context["capabilities"], "drop"), Is.EqualTo((string[])["ALL"]));
            // With group 0 corosync lets the container in by its group.
            Assert.That(Text(context, "runAsGroup") is null, Is.EqualTo(Text(context, "runAsUser") is null));
        }
    }

    private static YamlMappingNode PodOf(string file)
    {
        YamlStream stream = new();
        using StreamReader reader = new(Path.Combine(DeployFiles.Folder, file));
        stream.Load(reader);
        YamlMappingNode root = (YamlMappingNode)stream.Documents.Single().RootNode;
        if (Text(root, "kind") == "Pod")
        {
            return (YamlMappingNode)root["spec"];
        }

        YamlMappingNode spec = (YamlMappingNode)root["spec"];
        YamlMappingNode template = (YamlMappingNode)spec["template"];
        Assert.That((Text(root, "apiVersion"), Text(root, "kind")), Is.EqualTo(("apps/v1", "DaemonSet")));
        Assert.That(spec["selector"]["matchLabels"], Is.EqualTo(template["metadata"]["labels"]));
        return (YamlMappingNode)template["spec"];
    }

    private static IEnumerable<YamlMappingNode> Containers(YamlMappingNode pod) =>
        ((YamlSequenceNode)pod["containers"]).Cast<YamlMappingNode>();

    private static bool IsOurs(YamlMappingNode container) => Text(container, "image") == "localhost/quorum:latest";

    private static IEnumerable<YamlMappingNode> Mounts(YamlMappingNode container) =>
        ((YamlSequenceNode)container["volumeMounts"]).Cast<YamlMappingNode>();

    private static Dictionary<string, string> Environment(YamlMappingNode container) =>
        container.Children.TryGetValue("env", out YamlNode? variables)
            ? ((YamlSequenceNode)variables).Cast<YamlMappingNode>().ToDictionary(
                static variable => Text(variable, "name")!, static variable => Text(variable, "value")!)
            : [];

    private static string? Text(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out YamlNode? value) ? value.ToString() : null;

    private static int Number(YamlMappingNode node, string key) =>
        int.Parse(Text(node, key)!, CultureInfo.InvariantCulture);

    private static string[] Words(YamlMappingNode node, string key) =>
        [.. ((YamlSequenceNode)node[key]).Select(static word => word.ToString())];
}

using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Architecture.Tests;

/// <summary>The projects of the product form layers; a layer uses only what lies below it.</summary>
public sealed partial class LayerTests
{
    private const string Protocol = "Quorum.Managed.Protocol";
    private const string Ipc = "Quorum.Managed.Ipc";
    private const string Client = "Quorum.Managed";
    private const string Hosting = "Quorum.Managed.Hosting";
    private const string Testing = "Quorum.Managed.Testing";
    private const string Cli = "Quorum.Managed.Cli";
    private const string AspNetCore = "Quorum.Managed.AspNetCore";
    private const string OpenTelemetry = "Quorum.Managed.OpenTelemetry";
    private const string Gateway = "Quorum.Managed.Gateway";

    // The references that a project file may have. A compiled assembly may also use what those projects may reference.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        [Protocol] = [],
        [Ipc] = [Protocol],
        [Client] = [Ipc, Protocol],
        [Hosting] = [Client],
        [Testing] = [Client, Ipc, Protocol],
        [AspNetCore] = [Client, Hosting],
        [OpenTelemetry] = [Client],
        [Cli] = [Client, Testing],
        [Gateway] = [Client, Hosting],
    };

    private static IEnumerable<string> Projects =>
        Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(path => Path.GetFileName(path)!);

    [Test]
    public void Every_project_under_src_has_its_place_in_the_layers() =>
        Assert.That(Projects, Is.SubsetOf(Allowed.Keys));

    [TestCaseSource(nameof(Projects))]
    public void Project_references_only_what_its_layer_may(string project)
    {
        IEnumerable<string> references = ProjectFile(project).Descendants("ProjectReference")
            .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'))
            .Select(Path.GetFileNameWithoutExtension)!;
        Assert.That(references, Is.SubsetOf(Allowed[project]));
    }

    [TestCaseSource(nameof(Projects))]
    public void Compiled_assembly_references_only_what_its_layer_may(string project)
    {
        IEnumerable<string> references =
            References(project).Where(name => name.StartsWith("Quorum.", StringComparison.Ordinal));
        Assert.That(references, Is.SubsetOf(Below(project)));
    }

    [Test]
    public void Protocol_has_no_package_and_does_no_io()
    {
        Assert.That(ProjectFile(Protocol).Descendants("PackageReference"), Is.Empty);
        Assert.That(References(Protocol), Has.None.AnyOf(
            "System.Net.Sockets", "System.IO.MemoryMappedFiles", "System.IO.Pipelines", "System.Threading.Channels"));
    }

    [TestCaseSource(nameof(Projects))]
    public void Only_the_syscall_of_libc_is_called_natively_and_only_from_ipc(string project)
    {
        using PEReader file = Open(project);
        MetadataReader metadata = file.GetMetadataReader();
        IEnumerable<string> imports = metadata.MethodDefinitions
            .Select(metadata.GetMethodDefinition)
            .Where(method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
            .Select(method => method.GetImport())
            .Select(import => Text(metadata.GetModuleReference(import.Module).Name) + "!" + Text(import.Name))
            .Distinct();
        Assert.That(imports, project == Ipc ? Is.EqualTo(new[] { "libc!syscall" }) : Is.Empty);

        string Text(StringHandle handle) => metadata.GetString(handle);
    }

    [Test]
    public void Native_calls_are_declared_in_one_file_of_the_interop_folder()
    {
        string[] declaring =
        [
            .. Repository.Sources("src")
                .Where(path => NativeImport().IsMatch(File.ReadAllText(path)))
                .Select(path => Path.GetRelativePath(Repository.Root, path)),
        ];
        Assert.That(declaring, Has.Length.EqualTo(1), string.Join(", ", declaring));
        Assert.That(Path.GetDirectoryName(declaring[0]), Is.EqualTo("src/Quorum.Managed.Ipc/Interop"));
    }

    private static IEnumerable<string> Below(string project) =>
        Allowed[project].Concat(Allowed[project].SelectMany(Below)).Distinct();

    private static XDocument ProjectFile(string project) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"));

    private static List<string> References(string project)
    {
        using PEReader file = Open(project);
        MetadataReader metadata = file.GetMetadataReader();
        return
        [
            .. metadata.AssemblyReferences
                .Select(metadata.GetAssemblyReference)
                .Select(reference => metadata.GetString(reference.Name)),
        ];
    }

    // The project's build in the configuration of these tests.
    private static PEReader Open(string project)
    {
        string assembly = project switch { Cli => "quorum", Gateway => "quorum-gateway", _ => project };
        string folder = Path.Combine(Repository.Root, "src", project, "bin", Build.Configuration, "net10.0");
        return new PEReader(File.OpenRead(Path.Combine(folder, assembly + ".dll")));
    }

    [GeneratedRegex(@"\[\s*(LibraryImport|DllImport)\(", RegexOptions.ExplicitCapture)]
    private static partial Regex NativeImport();
}

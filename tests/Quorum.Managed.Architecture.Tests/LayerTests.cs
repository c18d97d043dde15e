using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Architecture.Tests;

public class LayerTests
{
    // Who may reference whom inside the product; nothing else is allowed, neither in a project file nor in a compiled assembly.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Quorum.Managed.Protocol"] = [],
        ["Quorum.Managed.Ipc"] = ["Quorum.Managed.Protocol"],
        ["Quorum.Managed"] = ["Quorum.Managed.Ipc", "Quorum.Managed.Protocol"],
        ["Quorum.Managed.Hosting"] = ["Quorum.Managed", "Quorum.Managed.Ipc", "Quorum.Managed.Protocol"],
        ["Quorum.Managed.Testing"] = ["Quorum.Managed.Ipc", "Quorum.Managed.Protocol"],
        ["Quorum.Managed.Cli"] = ["Quorum.Managed", "Quorum.Managed.Testing", "Quorum.Managed.Ipc", "Quorum.Managed.Protocol"],
    };

    private static IEnumerable<string> Projects => Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(path => Path.GetFileName(path)!);

    [Test]
    public void Every_project_under_src_has_its_place_in_the_layers() => Assert.That(Projects, Is.SubsetOf(Allowed.Keys));

    [TestCaseSource(nameof(Projects))]
    public void Project_references_only_what_its_layer_may(string project)
    {
        XDocument file = XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"));
        IEnumerable<string> references = file.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
        Assert.That(references, Is.SubsetOf(Allowed[project]));
    }

    [TestCaseSource(nameof(Projects))]
    public void Compiled_assembly_references_only_what_its_layer_may(string project)
    {
        IEnumerable<string> references = References(project).Where(name => name.StartsWith("Quorum.", StringComparison.Ordinal));
        Assert.That(references, Is.SubsetOf(Allowed[project]));
    }

    [Test]
    public void Protocol_has_no_package_and_does_no_io()
    {
        XDocument file = XDocument.Load(Path.Combine(Repository.Root, "src/Quorum.Managed.Protocol/Quorum.Managed.Protocol.csproj"));
        Assert.That(file.Descendants("PackageReference"), Is.Empty);
        Assert.That(References("Quorum.Managed.Protocol"), Has.None.Matches<string>(name =>
            name is "System.Net.Sockets" or "System.IO.MemoryMappedFiles" or "System.IO.Pipelines" or "System.Threading.Channels"));
    }

    [TestCaseSource(nameof(Projects))]
    public void Only_the_syscall_of_libc_is_called_natively_and_only_from_ipc(string project)
    {
        using PEReader file = Open(project);
        MetadataReader metadata = file.GetMetadataReader();
        List<string> imports = [];
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            MethodDefinition method = metadata.GetMethodDefinition(handle);
            if (method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
            {
                MethodImport import = method.GetImport();
                imports.Add(metadata.GetString(metadata.GetModuleReference(import.Module).Name) + "!" + metadata.GetString(import.Name));
            }
        }

        Assert.That(imports.Distinct(), project == "Quorum.Managed.Ipc" ? Is.EqualTo(new[] { "libc!syscall" }) : Is.Empty);
    }

    private static List<string> References(string project)
    {
        using PEReader file = Open(project);
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }

    // The newest build of the project, in whichever configuration these tests run.
    private static PEReader Open(string project)
    {
        string configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        string assembly = project == "Quorum.Managed.Cli" ? "quorum" : project;
        return new PEReader(File.OpenRead(Path.Combine(Repository.Root, "src", project, "bin", configuration, "net10.0", assembly + ".dll")));
    }
}

namespace Quorum.Managed.TestSupport;

/// <summary>The checkout that tests and benchmarks run in.</summary>
public static class Repository
{
    /// <summary>Its folder. Found from where the program lies: deterministic builds map the paths of source files to /_/.</summary>
    public static string Root { get; } = Find();

    /// <summary>The source files below a folder that people write, without what the build leaves.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Quorum.Managed.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("This runs inside the repository only.");
    }
}

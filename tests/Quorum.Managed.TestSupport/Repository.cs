namespace Quorum.Managed.TestSupport;

/// <summary>The checkout that tests and benchmarks run in.</summary>
public static class Repository
{
    /// <summary>
    /// The checkout's folder. Found from the program's place, because deterministic builds map source paths to /_/.
    /// </summary>
    public static string Root { get; } = Find();

    /// <summary>The source files below a folder, without the build's own.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .Where(path => !path.Contains("/bin/", StringComparison.Ordinal));

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

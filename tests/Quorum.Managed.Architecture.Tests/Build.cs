namespace Quorum.Managed.Architecture.Tests;

/// <summary>The build that these tests belong to.</summary>
internal static class Build
{
    /// <summary>Release or Debug.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
}

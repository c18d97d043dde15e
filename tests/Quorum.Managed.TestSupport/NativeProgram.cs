using System.Diagnostics;

namespace Quorum.Managed.TestSupport;

/// <summary>A C program of tests/native, compiled when a test needs it.</summary>
public static class NativeProgram
{
    /// <summary>Compiles a source that lies beside the test assembly, in <c>native/</c>; null, with the reason, where the compiler is missing.</summary>
    public static string? Compile(IReadOnlyList<string> compiler, string source, string output, out string? whyNot)
    {
        ProcessStartInfo start = new(compiler[0], [.. compiler.Skip(1), "-O2", "-o", output, Path.Combine(AppContext.BaseDirectory, "native", source)])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            using Process process = Process.Start(start)!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            whyNot = null;
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', compiler)}: {error}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            whyNot = $"the compiler {compiler[0]} cannot be started: {e.Message}";
            return null;
        }
    }
}

using System.ComponentModel;
using System.Diagnostics;

namespace Quorum.Managed.TestSupport;

/// <summary>A C program of tests/native, compiled when a test needs it.</summary>
public static class NativeProgram
{
    /// <summary>
    /// Compiles a source of the <c>native/</c> folder beside the test assembly, and returns the output's path. Where
    /// the compiler is missing, returns null and the reason.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The compiler refused the source. The message is what it said.
    /// </exception>
    public static string? Compile(IReadOnlyList<string> compiler, string source, string output, out string? whyNot)
    {
        ArgumentNullException.ThrowIfNull(compiler);
        string path = Path.Combine(AppContext.BaseDirectory, "native", source);
        ProcessStartInfo start = new(compiler[0], [.. compiler.Skip(1), "-O2", "-o", output, path])
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
            return process.ExitCode == 0
                ? output
                : throw new InvalidOperationException($"{string.Join(' ', compiler)}: {error}");
        }
        catch (Win32Exception e)
        {
            whyNot = $"the compiler {compiler[0]} cannot be started: {e.Message}";
            return null;
        }
    }
}

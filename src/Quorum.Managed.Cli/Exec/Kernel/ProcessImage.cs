using System.Collections;
using System.Text;

namespace Quorum.Managed.Cli;

// The bytes that this process was started with. .NET's strings would damage what is not UTF-8.
internal sealed class ProcessImage
{
    private static readonly byte[] SelfLink = "/proc/self/exe"u8.ToArray();

    private ProcessImage(byte[] program, byte[][] host, byte[][] arguments, byte[][] environment)
    {
        Program = program;
        Host = host;
        Arguments = arguments;
        Environment = environment;
    }

    // The path that starts this program again. The link of the kernel leads to the program that runs, also when its
    // file was replaced.
    public byte[] Program { get; }

    // What comes before the arguments: the program's name, and for dotnet the path of quorum.dll.
    public byte[][] Host { get; }

    public byte[][] Arguments { get; }

    // Each as NAME=VALUE.
    public byte[][] Environment { get; }

    public static ProcessImage Read(string[] arguments)
    {
        try
        {
            byte[][] line = [.. NativeText.Split(File.ReadAllBytes("/proc/self/cmdline"))];
            int first = line.Length - arguments.Length;
            if (first > 0)
            {
                byte[][] environment = [.. NativeText.Split(File.ReadAllBytes("/proc/self/environ"))];
                return new ProcessImage(SelfLink, line[..first], line[first..], environment);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no /proc. What .NET knows has to do.
        }

        return FromRuntime(arguments);
    }

    private static ProcessImage FromRuntime(string[] arguments)
    {
        string program = System.Environment.ProcessPath ?? System.Environment.GetCommandLineArgs()[0];
        string[] host = string.Equals(Path.GetFileNameWithoutExtension(program), "dotnet", StringComparison.Ordinal)
            ? [program, Path.Combine(AppContext.BaseDirectory, "quorum.dll")]
            : [program];
        IEnumerable<string> environment = System.Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Select(variable => $"{variable.Key}={variable.Value}");
        return new ProcessImage(Bytes(program), [.. host.Select(Bytes)], [.. arguments.Select(Bytes)],
            [.. environment.Select(Bytes)]);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}

using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>
/// Records what a server of the quorum service sends and which files it makes, as lines of text that are equal for
/// equal servers. Process ids, descriptors, random letters and padding are left out. The real daemon leaves padding
/// uninitialised.
/// </summary>
internal static partial class WireRecording
{
    private const int AnswerBytes = 12328;

    /// <summary>The answer to the handshake, and the files that exist afterwards.</summary>
    public static List<string> Handshake(uint maxMessageSize)
    {
        using Socket socket = Connect();
        byte[] answer = ShakeHands(socket, maxMessageSize);
        List<string> lines =
        [
            Text($"id {Int(answer, 0)} size {Int(answer, 8)} error {Int(answer, 16)}"),
            Text($"type {Int(answer, 24)} max {Int(answer, 28)}"),
            Text($"connection id set {BinaryPrimitives.ReadInt64LittleEndian(answer.AsSpan(32)) != 0}"),
        ];
        string? directory = null;
        foreach (int offset in new[] { 40, 40 + 4096, 40 + 8192 })
        {
            ReadOnlySpan<byte> field = answer.AsSpan(offset, 4096);
            string name = Encoding.UTF8.GetString(field[..field.IndexOf((byte)0)]);
            lines.Add("name " + Anonymous(name));
            directory ??= Path.GetDirectoryName(name);
        }

        lines.AddRange(Files(directory!));
        return lines;
    }

    /// <summary>The error in the answer to a handshake that is refused, or how the connection ended.</summary>
    public static string Refusal(byte[] request)
    {
        using Socket socket = Connect();
        socket.Send(request);
        byte[] answer = new byte[AnswerBytes];
        int have = 0;
        try
        {
            while (have < answer.Length)
            {
                int count = socket.Receive(answer.AsSpan(have));
                if (count == 0)
                {
                    return Text($"closed after {have}");
                }

                have += count;
            }
        }
        catch (SocketException e)
        {
            return Text($"{e.SocketErrorCode} after {have}");
        }

        return Text($"error {Int(answer, 16)} size {Int(answer, 8)}");
    }

    public static byte[] ConnectBytes(int id, int size, uint maxMessageSize)
    {
        byte[] bytes = new byte[24];
        BitConverter.TryWriteBytes(bytes, id);
        BitConverter.TryWriteBytes(bytes.AsSpan(8), size);
        BitConverter.TryWriteBytes(bytes.AsSpan(16), maxMessageSize);
        return bytes;
    }

    /// <summary>All answers and events of one connection that sends requests of every kind.</summary>
    public static List<string> Conversation()
    {
        List<string> lines = [];
        IpcConnectionOptions options = new() { Addresses = [IpcAddress.Abstract("quorum")] };
        using IpcConnection connection = IpcConnection.Connect(options);
        byte[] response = new byte[4096];
        foreach ((int id, int size, uint body) in Questions())
        {
            byte[] request = new byte[Math.Max(size, 16)];
            BitConverter.TryWriteBytes(request, id);
            BitConverter.TryWriteBytes(request.AsSpan(8), size);
            if (request.Length >= 20)
            {
                BitConverter.TryWriteBytes(request.AsSpan(16), body);
            }

            int length = connection.Request(request, response, Wait.Bound);
            lines.Add(Text($"request {id} of {size}, {body}: {Masked(response.AsSpan(0, length))}"));
            int got;
            while ((got = connection.TryReadEvent(response)) >= 0)
            {
                lines.Add("  event " + Masked(response.AsSpan(0, got)));
            }
        }

        return lines;
    }

    private static IEnumerable<(int Id, int Size, uint Body)> Questions()
    {
        foreach (uint model in new uint[] { 9, 0, 9, 1, 2 })
        {
            yield return (4, 24, model);
            foreach (int id in new[] { 0, 1, 2, 3, 5, 6, 7, 100, -1, -2, -100 })
            {
                foreach (int size in new[] { 16, 20, 24, 32, 1000 })
                {
                    // The real daemon reads the body of a request that is too short from old memory.
                    if (id != QuorumRequestIds.TrackStart || size >= 20)
                    {
                        yield return (id, size, 1);
                    }
                }
            }

            for (uint flags = 0; flags <= 9; flags++)
            {
                yield return (1, 24, flags);
                yield return (1, 24, flags);
                yield return (2, 16, 0);
                yield return (2, 16, 0);
            }

            // First while tracking is on, then after it was turned off.
            foreach (uint flags in new uint[] { 2, 1, 0, 8, 4, 2, 1 })
            {
                yield return (1, 24, flags);
            }

            yield return (2, 16, 0);
            foreach (uint flags in new uint[] { 1, 0, 4, 0, 1 })
            {
                yield return (1, 24, flags);
            }

            yield return (2, 16, 0);
        }
    }

    private static Socket Connect()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 5000 };
        socket.SetRawSocketOption(1, 16, BitConverter.GetBytes(1));
        socket.Connect(new UnixDomainSocketEndPoint("\0quorum" + new string('\0', 101)));
        return socket;
    }

    private static byte[] ShakeHands(Socket socket, uint maxMessageSize)
    {
        socket.Send(ConnectBytes(-1, 24, maxMessageSize));
        byte[] answer = new byte[AnswerBytes];
        for (int have = 0; have < answer.Length;)
        {
            have += socket.Receive(answer.AsSpan(have));
        }

        return answer;
    }

    private static IEnumerable<string> Files(string directory)
    {
        foreach (string path in new[] { directory }.Concat(Directory.GetFiles(directory).Order(StringComparer.Ordinal)))
        {
            bool isFile = File.Exists(path);
            string size = isFile ? Text($"{new FileInfo(path).Length}") : "directory";
            yield return $"{Anonymous(path)} {size} {ModeAndOwner(path)}";
            if (path.EndsWith("-header", StringComparison.Ordinal))
            {
                yield return "  " + Header(File.ReadAllBytes(path));
            }
            else if (path.EndsWith("-data", StringComparison.Ordinal)
                || path.Contains("control", StringComparison.Ordinal))
            {
                byte[] all = File.ReadAllBytes(path);
                bool zeros = all.AsSpan(8).IndexOfAnyExcept((byte)0) < 0;
                yield return Text($"  begins {Convert.ToHexString(all.AsSpan(0, 8))}, zeros from there {zeros}");
            }
        }
    }

    // The fields of a ring's header. Of the semaphore only the first three words have a meaning.
    private static string Header(byte[] bytes)
    {
        string header = Encoding.UTF8.GetString(bytes.AsSpan(12, 4096)).TrimEnd('\0');
        string data = Encoding.UTF8.GetString(bytes.AsSpan(4108, 4096)).TrimEnd('\0');
        string semaphore = string.Join(' ', MemoryMarshal.Cast<byte, int>(bytes.AsSpan(8208, 12)).ToArray());
        string indices = Text($"write {Int(bytes, 0)} read {Int(bytes, 4)} words {Int(bytes, 8)}");
        string state = Text($"references {Int(bytes, 8204)} semaphore {semaphore} flow {Int(bytes, 8240)}");
        return $"{indices} {Anonymous(header)} {Anonymous(data)} {state}";
    }

    private static string ModeAndOwner(string path)
    {
        ProcessStartInfo start = new("stat", ["-c", "%a %u:%g", path])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process stat = Process.Start(start)!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }

    // The message as hexadecimal words, with -- for padding.
    private static string Masked(ReadOnlySpan<byte> message)
    {
        int id = Int(message, 0);
        HashSet<int> padding = [4, 12, 20];
        if (message.Length >= 32)
        {
            padding.Add(28);
        }

        if (message.Length > 32
            && id is QuorumEventIds.QuorumChangedV0 or QuorumEventIds.QuorumChanged or QuorumEventIds.NodeListChanged)
        {
            padding.Add(message.Length - 4);
            padding.Add(id == QuorumEventIds.QuorumChanged ? 36 : 28);
            padding.UnionWith(id == QuorumEventIds.NodeListChanged ? [44, 52] : []);
        }

        StringBuilder text = new();
        for (int offset = 0; offset < message.Length; offset += 4)
        {
            text.Append(padding.Contains(offset) ? "-- " : Text($"{Int(message, offset):x} "));
        }

        return text.ToString();
    }

    private static int Int(ReadOnlySpan<byte> bytes, int offset) => MemoryMarshal.Read<int>(bytes[offset..]);

    private static string Anonymous(string name) => Variable().Replace(name, "/qb-S-C-F-XXXXXX");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("/qb-[0-9]+-[0-9]+-[0-9]+-[A-Za-z0-9]{6}", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}

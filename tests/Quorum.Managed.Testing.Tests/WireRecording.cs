using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing.Tests;

/// <summary>
/// What a server of the quorum service says and makes, as lines that two servers can be compared by: pids, descriptors, random letters and padding
/// (which the real daemon leaves uninitialised) do not show.
/// </summary>
internal static partial class WireRecording
{
    private const int AnswerBytes = 12328;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The answer to the handshake, and the files that are there then.</summary>
    public static List<string> Handshake(uint maxMessageSize)
    {
        using Socket socket = Connect();
        byte[] answer = ShakeHands(socket, maxMessageSize);
        List<string> lines =
        [
            Text($"id {Int(answer, 0)} size {Int(answer, 8)} error {Int(answer, 16)} type {Int(answer, 24)} max {Int(answer, 28)}"),
            Text($"connection id set {BinaryPrimitives.ReadInt64LittleEndian(answer.AsSpan(32)) != 0}"),
        ];
        string? directory = null;
        foreach (int offset in new[] { 40, 40 + 4096, 40 + 8192 })
        {
            string name = Encoding.UTF8.GetString(answer.AsSpan(offset, 4096)[..answer.AsSpan(offset, 4096).IndexOf((byte)0)]);
            lines.Add("name " + Anonymous(name));
            directory ??= Path.GetDirectoryName(name);
        }

        lines.AddRange(Files(directory!));
        return lines;
    }

    /// <summary>An answer's error to a handshake that cannot be granted, or "closed".</summary>
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

    /// <summary>All answers and events of one connection that is asked all kinds of things.</summary>
    public static List<string> Conversation()
    {
        List<string> lines = [];
        using IpcConnection connection = IpcConnection.Connect(new IpcConnectionOptions { Addresses = [IpcAddress.Abstract("quorum")] });
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

            int length = connection.Request(request, response, Patience);
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
                    // A request that is too short has whatever stood in the daemon's memory as its body.
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

            // While tracking is on, and after it was off.
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
            else if (path.EndsWith("-data", StringComparison.Ordinal) || path.Contains("control", StringComparison.Ordinal))
            {
                byte[] all = File.ReadAllBytes(path);
                yield return Text($"  begins {Convert.ToHexString(all.AsSpan(0, 8))}, zeros from there {all.AsSpan(8).IndexOfAnyExcept((byte)0) < 0}");
            }
        }
    }

    // Everything but the tail of the semaphore, of which only the first three words mean anything.
    private static string Header(byte[] bytes)
    {
        string header = Encoding.UTF8.GetString(bytes.AsSpan(12, 4096)).TrimEnd('\0');
        string data = Encoding.UTF8.GetString(bytes.AsSpan(4108, 4096)).TrimEnd('\0');
        string semaphore = string.Join(' ', MemoryMarshal.Cast<byte, int>(bytes.AsSpan(8208, 12)).ToArray());
        return Text($"write {Int(bytes, 0)} read {Int(bytes, 4)} words {Int(bytes, 8)} {Anonymous(header)} {Anonymous(data)} references {Int(bytes, 8204)} semaphore {semaphore} flow {Int(bytes, 8240)}");
    }

    private static string ModeAndOwner(string path)
    {
        using System.Diagnostics.Process stat = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%a %u:%g", path]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }

    // Hexadecimal words, with -- for padding.
    private static string Masked(ReadOnlySpan<byte> message)
    {
        int id = Int(message, 0);
        HashSet<int> padding = [4, 12, 20];
        if (message.Length >= 32)
        {
            padding.Add(28);
        }

        if (id is QuorumEventIds.QuorumChangedV0 or QuorumEventIds.QuorumChanged or QuorumEventIds.NodeListChanged && message.Length > 32)
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

    [GeneratedRegex("/qb-[0-9]+-[0-9]+-[0-9]+-[A-Za-z0-9]{6}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}

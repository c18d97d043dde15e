using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Output;

// The JSON contract: one object a line, each flushed as one write. The field names and their order are fixed; new fields go to the end.
// One writer and two buffers serve all lines. Not thread-safe.
internal sealed class JsonLineWriter : IDisposable
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffffZ";

    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "The host's.")]
    private readonly TextWriter _out;
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly Utf8JsonWriter _json;
    private char[] _line = new char[1024];

    public JsonLineWriter(TextWriter writer)
    {
        _out = writer;
        _json = new Utf8JsonWriter(_bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public void Status(StatusReport report)
    {
        _json.WriteStartObject();
        _json.WriteString("state", report.Quorate switch { true => "quorate", false => "inquorate", null => "unknown" });
        _json.WriteBoolean("quorate", report.Quorate ?? false);
        _json.WriteString("quorumType", report.QuorumType switch { QuorumType.Set => "set", QuorumType.Free => "free", _ => null });
        _json.WriteString("ringId", report.RingId?.ToString());
        if (report.Members is { } members)
        {
            Nodes("members", members);
        }
        else
        {
            _json.WriteNull("members");
        }

        _json.WriteString("transport", report.Transport switch
        {
            IpcConnectionType.SharedMemory => "sharedMemory",
            IpcConnectionType.Socket => "socket",
            _ => null,
        });
        _json.WriteString("endpoint", report.Endpoint);
        if (report.DaemonProcessId is { } pid)
        {
            _json.WriteNumber("daemonPid", pid);
        }
        else
        {
            _json.WriteNull("daemonPid");
        }

        _json.WriteString("error", report.Error);
        EndLine();
    }

    public void NodeList(DateTimeOffset time, NodeListChanged notification)
    {
        Start("nodelist", time);
        Ring(notification.RingId);
        Nodes("members", notification.Members);
        Nodes("joined", notification.Joined);
        Nodes("left", notification.Left);
        EndLine();
    }

    public void Quorum(DateTimeOffset time, QuorumChanged notification)
    {
        Start("quorum", time);
        _json.WriteBoolean("quorate", notification.Quorate);
        Ring(notification.RingId);
        Nodes("members", notification.Members);
        EndLine();
    }

    public void Connection(DateTimeOffset time, bool connected, string? error)
    {
        Start("connection", time);
        _json.WriteString("state", connected ? "connected" : "disconnected");
        _json.WriteString("error", error);
        EndLine();
    }

    public void Story(DateTimeOffset time, string text)
    {
        Start("story", time);
        _json.WriteString("text", text);
        EndLine();
    }

    public void Dispose() => _json.Dispose();

    private void Start(string name, DateTimeOffset time)
    {
        _json.WriteStartObject();
        _json.WriteString("event", name);
        Span<char> text = stackalloc char[TimeFormat.Length];
        time.UtcDateTime.TryFormat(text, out int length, TimeFormat, CultureInfo.InvariantCulture);
        _json.WriteString("time", text[..length]);
    }

    private void Ring(RingId ring) => _json.WriteString("ringId", ring.ToString());

    private void Nodes(string name, NodeList nodes)
    {
        _json.WriteStartArray(name);
        foreach (NodeId node in nodes.AsSpan())
        {
            _json.WriteNumberValue(node.Value);
        }

        _json.WriteEndArray();
    }

    private void EndLine()
    {
        _json.WriteEndObject();
        _json.Flush();
        ReadOnlySpan<byte> bytes = _bytes.WrittenSpan;
        if (_line.Length <= bytes.Length)
        {
            _line = new char[bytes.Length * 2];
        }

        int length = Encoding.UTF8.GetChars(bytes, _line);
        _line[length] = '\n';
        _bytes.ResetWrittenCount();
        _json.Reset();
        _out.Write(_line, 0, length + 1);
        _out.Flush();
    }
}

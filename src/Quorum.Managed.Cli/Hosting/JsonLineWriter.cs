using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// Writes one JSON object a line, and flushes each line as one write. One JSON writer and two buffers serve all lines.
// The names of the fields and their order are a contract: a new field goes to the end. Not thread-safe.
internal sealed class JsonLineWriter : IDisposable
{
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "The host owns it.")]
    private readonly TextWriter _out;
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private char[] _line = new char[1024];

    public JsonLineWriter(TextWriter writer)
    {
        _out = writer;
        JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        Json = new Utf8JsonWriter(_bytes, options);
    }

    // Writes the fields of the current object.
    public Utf8JsonWriter Json { get; }

    public void Ring(RingId ring) => Json.WriteString("ringId", ring.ToString());

    public void Nodes(string name, NodeList nodes)
    {
        Json.WriteStartArray(name);
        foreach (NodeId node in nodes.AsSpan())
        {
            Json.WriteNumberValue(node.Value);
        }

        Json.WriteEndArray();
    }

    public void EndLine()
    {
        Json.WriteEndObject();
        Json.Flush();
        ReadOnlySpan<byte> bytes = _bytes.WrittenSpan;
        // UTF-8 has at least as many bytes as UTF-16 has chars. The newline needs one char more.
        if (_line.Length <= bytes.Length)
        {
            _line = new char[bytes.Length * 2];
        }

        int length = Encoding.UTF8.GetChars(bytes, _line);
        _line[length] = '\n';
        _bytes.ResetWrittenCount();
        Json.Reset();
        _out.Write(_line, 0, length + 1);
        _out.Flush();
    }

    public void Dispose() => Json.Dispose();
}

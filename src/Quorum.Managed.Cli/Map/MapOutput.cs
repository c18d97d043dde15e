using System.Globalization;
using System.Text.Json;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// Keys, values and changes: as corosync-cmapctl shows them, or as lines of JSON.
internal sealed class MapOutput(TextWriter writer, bool json) : IDisposable
{
    private readonly JsonLineWriter? _line = json ? new JsonLineWriter(writer) : null;

    public void Value(string key, CmapValue value)
    {
        if (_line is null)
        {
            writer.WriteLine(Text(key, value));
            return;
        }

        WriteJson(_line.Json, key, value, value);
        _line.EndLine();
    }

    public void Change(CmapChange change)
    {
        (string verb, string name) = change.Change switch
        {
            CmapChanges.Added => ("create", "added"),
            CmapChanges.Deleted => ("delete", "deleted"),
            _ => ("modify", "modified"),
        };
        CmapValue shown = change.NewValue ?? change.OldValue ?? default;
        if (_line is null)
        {
            writer.WriteLine($"{verb}> {Text(change.Key, shown)}");
            return;
        }

        WriteJson(_line.Json, change.Key, shown, change.NewValue);
        _line.Json.WriteString("change", name);
        WriteJsonValue(_line.Json, "oldValue", change.OldValue);
        _line.EndLine();
    }

    public void Dispose() => _line?.Dispose();

    private static void WriteJson(Utf8JsonWriter json, string key, CmapValue typed, CmapValue? value)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteString("type", TypeName(typed.Type));
        WriteJsonValue(json, "value", value);
    }

    private static void WriteJsonValue(Utf8JsonWriter json, string name, CmapValue? value)
    {
        if (value is not { } known)
        {
            json.WriteNull(name);
        }
        else if (known.TryGetInt64(out long signed))
        {
            json.WriteNumber(name, signed);
        }
        else if (known.TryGetUInt64(out ulong unsigned))
        {
            json.WriteNumber(name, unsigned);
        }
        else if (known.TryGetDouble(out double number) && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteString(name, known.ToString());
        }
    }

    private static string Text(string key, CmapValue value) =>
        TextTable.Printable($"{key} ({TypeName(value.Type)}) = {ValueText(value)}");

    // printf's %f is what corosync-cmapctl has.
    private static string ValueText(CmapValue value) =>
        value.Type is CmapValueType.F32 or CmapValueType.F64 && value.TryGetDouble(out double number)
            ? number.ToString("F6", CultureInfo.InvariantCulture)
            : value.ToString();

    private static string TypeName(CmapValueType type) => type switch
    {
        CmapValueType.F32 => "flt",
        CmapValueType.F64 => "dbl",
        CmapValueType.Text => "str",
        CmapValueType.Binary => "bin",
        >= CmapValueType.I8 and <= CmapValueType.U64 => type.ToString().ToLowerInvariant(),
        _ => ((int)type).ToString(CultureInfo.InvariantCulture),
    };
}

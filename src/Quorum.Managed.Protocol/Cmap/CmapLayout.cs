namespace Quorum.Managed.Protocol.Cmap;

/// <summary>Offsets of cmap's CMAP_GET. Defined by protocol-docs/cmap-get.md.</summary>
internal static class CmapLayout
{
    /// <summary>The request's and the response's id: "CMAP_GET request".</summary>
    public const int Get = 2;

    /// <summary>u16: "CMAP_GET request".</summary>
    public const int KeyLength = 16;

    /// <summary>char[256]: "CMAP_GET request".</summary>
    public const int Key = 24;

    /// <summary>u64: "CMAP_GET request".</summary>
    public const int Room = 280;

    /// <summary>Bytes of the request: "CMAP_GET request".</summary>
    public const int RequestSize = 288;

    /// <summary>u64: "CMAP_GET response".</summary>
    public const int ValueLength = 24;

    /// <summary>u8: "CMAP_GET response".</summary>
    public const int ValueType = 32;

    /// <summary>Bytes of a response without room for a value: "CMAP_GET response".</summary>
    public const int ResponseSize = 40;

    /// <summary>Bytes of the longest key, without its NUL: "CMAP_GET request".</summary>
    public const int LongestKey = 255;
}

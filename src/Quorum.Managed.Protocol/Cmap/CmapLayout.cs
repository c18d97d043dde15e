namespace Quorum.Managed.Protocol.Cmap;

/// <summary>Offsets, ids and sizes of cmap's messages. Defined by protocol-docs/cmap-get.md.</summary>
internal static class CmapLayout
{
    /// <summary>The request's and the response's id: "CMAP_GET request".</summary>
    public const int Get = 2;

    /// <summary>The request's id: "SET_CURRENT_MAP".</summary>
    public const int SetCurrentMap = 9;

    /// <summary>The response's id, which differs from the request's: "SET_CURRENT_MAP".</summary>
    public const int SetCurrentMapResponse = 10;

    /// <summary>u16: "CMAP_GET request".</summary>
    public const int KeyLength = 16;

    /// <summary>char[256]: "CMAP_GET request".</summary>
    public const int Key = 24;

    /// <summary>u64: "CMAP_GET request".</summary>
    public const int Room = 280;

    /// <summary>Bytes of the request: "CMAP_GET request".</summary>
    public const int GetRequestSize = 288;

    /// <summary>u64: "CMAP_GET response".</summary>
    public const int ValueLength = 24;

    /// <summary>u8: "CMAP_GET response".</summary>
    public const int ValueType = 32;

    /// <summary>The value, and bytes of a response without room for one: "CMAP_GET response".</summary>
    public const int Value = 40;

    /// <summary>i32: "SET_CURRENT_MAP".</summary>
    public const int Map = 16;

    /// <summary>Bytes of the request: "SET_CURRENT_MAP".</summary>
    public const int SetCurrentMapSize = 24;

    /// <summary>Bytes of the longest key, without its NUL: "CMAP_GET request".</summary>
    public const int LongestKey = 255;

    /// <summary>
    /// Room for any number. It is far above a number's 8 bytes: "Rooms that harm the daemon".
    /// </summary>
    public const int NumberRoom = 64;

    /// <summary>Room for the longest value that cmap stores: "Rooms that harm the daemon".</summary>
    public const int ValueRoom = 16385;
}

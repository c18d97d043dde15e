namespace Quorum.Managed.Protocol.Cmap;

/// <summary>Offsets, ids and sizes of cmap's messages. Defined by protocol-docs/cmap.md.</summary>
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

    /// <summary>Bytes from a name's u16 length to its char[256]: "Names".</summary>
    public const int NameText = 8;

    /// <summary>Bytes of a name's text with its NUL: "Names".</summary>
    public const int NameCapacity = 256;

    /// <summary>Bytes of a response that has a handle and nothing else: "Handles".</summary>
    public const int HandleResponseSize = 32;

    /// <summary>u64 of such a response: "Handles".</summary>
    public const int HandleInResponse = 24;

    /// <summary>u64 of a request that names a handle: "Handles".</summary>
    public const int HandleInRequest = 16;

    /// <summary>Bytes of such a request: "Handles".</summary>
    public const int HandleRequestSize = 24;

    /// <summary>The requests that list keys: "Listing keys".</summary>
    internal static class Iteration
    {
        /// <summary>The id of ITER_INIT's request and response: "ITER_INIT".</summary>
        public const int Init = 4;

        /// <summary>The id of ITER_NEXT's request and response: "ITER_NEXT".</summary>
        public const int Next = 5;

        /// <summary>The id of ITER_FINALIZE's request and response: "ITER_FINALIZE".</summary>
        public const int End = 6;

        /// <summary>The prefix, a name: "ITER_INIT".</summary>
        public const int Prefix = 16;

        /// <summary>Bytes of ITER_INIT's request: "ITER_INIT".</summary>
        public const int InitSize = 280;

        /// <summary>The key, a name: "ITER_NEXT".</summary>
        public const int Name = 24;

        /// <summary>u64: "ITER_NEXT".</summary>
        public const int ValueLength = 288;

        /// <summary>u8: "ITER_NEXT".</summary>
        public const int ValueType = 296;

        /// <summary>Bytes of ITER_NEXT's response: "ITER_NEXT".</summary>
        public const int NextSize = 304;
    }

    /// <summary>The requests that watch keys, and the event: "Watching keys".</summary>
    internal static class Tracking
    {
        /// <summary>The id of TRACK_ADD's request and response: "TRACK_ADD".</summary>
        public const int Add = 7;

        /// <summary>The id of TRACK_DELETE's request and response: "TRACK_DELETE".</summary>
        public const int Delete = 8;

        /// <summary>The event's id: "NOTIFY".</summary>
        public const int Notify = 9;

        /// <summary>The key or prefix, a name: "TRACK_ADD".</summary>
        public const int Name = 16;

        /// <summary>i32: "TRACK_ADD".</summary>
        public const int What = 280;

        /// <summary>u64: "TRACK_ADD".</summary>
        public const int Tag = 288;

        /// <summary>Bytes of TRACK_ADD's request: "TRACK_ADD".</summary>
        public const int AddSize = 296;

        /// <summary>The bit that makes the name a prefix: "TRACK_ADD".</summary>
        public const int PrefixBit = 8;

        /// <summary>u64 of the event: "NOTIFY".</summary>
        public const int EventTag = 24;

        /// <summary>The key of the event, a name: "NOTIFY".</summary>
        public const int EventName = 32;

        /// <summary>i32: "NOTIFY".</summary>
        public const int Event = 296;

        /// <summary>u8: "NOTIFY".</summary>
        public const int NewType = 304;

        /// <summary>u8: "NOTIFY".</summary>
        public const int OldType = 312;

        /// <summary>u64: "NOTIFY".</summary>
        public const int NewLength = 320;

        /// <summary>u64: "NOTIFY".</summary>
        public const int OldLength = 328;

        /// <summary>The new value and then the old one, and bytes without them: "NOTIFY".</summary>
        public const int Values = 336;
    }
}

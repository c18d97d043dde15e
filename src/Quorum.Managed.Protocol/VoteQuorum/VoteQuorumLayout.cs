namespace Quorum.Managed.Protocol.VoteQuorum;

/// <summary>Ids, offsets and sizes of votequorum's messages. Defined by protocol-docs/votequorum.md.</summary>
internal static class VoteQuorumLayout
{
    /// <summary>The request's id: "GETINFO".</summary>
    public const int GetInfo = 0;

    /// <summary>The id of GETINFO's answer: "GETINFO".</summary>
    public const int InfoResponse = 1;

    /// <summary>The request's id: "TRACKSTART".</summary>
    public const int TrackStart = 3;

    /// <summary>The request's id: "TRACKSTOP".</summary>
    public const int TrackStop = 4;

    /// <summary>The id of every answer but GETINFO's: "Requests".</summary>
    public const int StatusResponse = 0;

    /// <summary>The event's id: "Quorum notification".</summary>
    public const int QuorumEvent = 3;

    /// <summary>The event's id: "Expected votes notification".</summary>
    public const int ExpectedVotesEvent = 4;

    /// <summary>The event's id: "Node list notification".</summary>
    public const int NodeListEvent = 5;

    /// <summary>Bytes of the quorum device's name with its NUL: "GETINFO".</summary>
    public const int DeviceNameCapacity = 255;

    /// <summary>Bytes of a request without a body: "TRACKSTOP".</summary>
    public const int BareSize = 16;

    /// <summary>GETINFO's request: "GETINFO".</summary>
    internal static class InfoRequest
    {
        /// <summary>u32.</summary>
        public const int NodeId = 16;

        /// <summary>Bytes.</summary>
        public const int Size = 24;
    }

    /// <summary>GETINFO's answer: "GETINFO".</summary>
    internal static class Info
    {
        /// <summary>u32.</summary>
        public const int NodeId = 24;

        /// <summary>u32.</summary>
        public const int State = 28;

        /// <summary>u32.</summary>
        public const int Votes = 32;

        /// <summary>u32.</summary>
        public const int Expected = 36;

        /// <summary>u32.</summary>
        public const int HighestExpected = 40;

        /// <summary>u32.</summary>
        public const int Total = 44;

        /// <summary>u32.</summary>
        public const int Quorum = 48;

        /// <summary>u32.</summary>
        public const int Flags = 52;

        /// <summary>u32.</summary>
        public const int DeviceVotes = 56;

        /// <summary>char[255].</summary>
        public const int DeviceName = 60;

        /// <summary>Bytes, with five of padding at the end.</summary>
        public const int Size = 320;
    }

    /// <summary>TRACKSTART's request: "TRACKSTART".</summary>
    internal static class TrackStartRequest
    {
        /// <summary>u64.</summary>
        public const int Context = 16;

        /// <summary>u32.</summary>
        public const int Flags = 24;

        /// <summary>Bytes.</summary>
        public const int Size = 32;
    }

    /// <summary>"Quorum notification".</summary>
    internal static class Quorum
    {
        /// <summary>u32.</summary>
        public const int Quorate = 24;

        /// <summary>u64.</summary>
        public const int Context = 32;

        /// <summary>u32.</summary>
        public const int Count = 40;

        /// <summary>Pairs of u32, and bytes without them.</summary>
        public const int Nodes = 48;

        /// <summary>Bytes of one pair.</summary>
        public const int NodeSize = 8;
    }

    /// <summary>"Expected votes notification".</summary>
    internal static class ExpectedVotes
    {
        /// <summary>u64.</summary>
        public const int Context = 24;

        /// <summary>u32.</summary>
        public const int Expected = 32;

        /// <summary>Bytes.</summary>
        public const int Size = 40;
    }

    /// <summary>"Node list notification".</summary>
    internal static class NodeList
    {
        /// <summary>u64.</summary>
        public const int Context = 24;

        /// <summary>u32.</summary>
        public const int RingNode = 32;

        /// <summary>u64.</summary>
        public const int RingSequence = 40;

        /// <summary>u32.</summary>
        public const int Count = 48;

        /// <summary>u32[], and bytes without them.</summary>
        public const int Members = 56;
    }
}

namespace Quorum.Managed.Protocol.Cfg;

/// <summary>Ids, offsets and sizes of cfg's messages. Defined by protocol-docs/cfg.md.</summary>
internal static class CfgLayout
{
    /// <summary>Bytes of a request without a body: "Requests".</summary>
    public const int BareSize = 16;

    /// <summary>Bytes of a request with one number: "Requests".</summary>
    public const int NumberSize = 24;

    /// <summary>Where that number is: "Requests".</summary>
    public const int Number = 16;

    /// <summary>RINGSTATUSGET: "RINGSTATUSGET".</summary>
    internal static class RingStatus
    {
        /// <summary>The request's and the response's id.</summary>
        public const int Id = 0;

        /// <summary>u32.</summary>
        public const int Count = 24;

        /// <summary>char[128] of each link.</summary>
        public const int Names = 32;

        /// <summary>Bytes of one name.</summary>
        public const int NameCapacity = 128;

        /// <summary>char[512] of each link.</summary>
        public const int States = 2080;

        /// <summary>Bytes of one state.</summary>
        public const int StateCapacity = 512;

        /// <summary>Links that the message has room for.</summary>
        public const int MostLinks = 16;

        /// <summary>Bytes of the response.</summary>
        public const int Size = 10272;
    }

    /// <summary>REPLYTOSHUTDOWN: "REPLYTOSHUTDOWN".</summary>
    internal static class Reply
    {
        /// <summary>The request's id.</summary>
        public const int Id = 4;

        /// <summary>The response's id.</summary>
        public const int ResponseId = 13;
    }

    /// <summary>GET_NODE_ADDRS: "GET_NODE_ADDRS".</summary>
    internal static class Addresses
    {
        /// <summary>The request's id.</summary>
        public const int Id = 5;

        /// <summary>The response's id.</summary>
        public const int ResponseId = 11;

        /// <summary>u32.</summary>
        public const int Family = 24;

        /// <summary>u32.</summary>
        public const int Count = 28;

        /// <summary>The addresses, and bytes of the response without them.</summary>
        public const int List = 32;

        /// <summary>Bytes of one address.</summary>
        public const int AddressSize = 16;

        /// <summary>More than any daemon has links.</summary>
        public const int Most = 64;

        /// <summary>AF_INET.</summary>
        public const uint IPv4 = 2;

        /// <summary>AF_INET6.</summary>
        public const uint IPv6 = 10;
    }

    /// <summary>LOCAL_GET: "LOCAL_GET".</summary>
    internal static class LocalNode
    {
        /// <summary>The request's id.</summary>
        public const int Id = 6;

        /// <summary>The response's id.</summary>
        public const int ResponseId = 12;

        /// <summary>u32.</summary>
        public const int NodeId = 24;

        /// <summary>Bytes of the response.</summary>
        public const int Size = 32;
    }

    /// <summary>NODESTATUSGET: "NODESTATUSGET".</summary>
    internal static class NodeStatus
    {
        /// <summary>The request's id.</summary>
        public const int Id = 9;

        /// <summary>The response's id.</summary>
        public const int ResponseId = 16;

        /// <summary>u32 of the request.</summary>
        public const int RequestVersion = 24;

        /// <summary>Bytes of the request.</summary>
        public const int RequestSize = 32;

        /// <summary>The one version of the structure that there is.</summary>
        public const uint CurrentVersion = 1;

        /// <summary>u32.</summary>
        public const int Version = 24;

        /// <summary>u32.</summary>
        public const int NodeId = 28;

        /// <summary>u8.</summary>
        public const int Reachable = 32;

        /// <summary>u8.</summary>
        public const int Remote = 33;

        /// <summary>u8.</summary>
        public const int External = 34;

        /// <summary>The first link.</summary>
        public const int Links = 40;

        /// <summary>Bytes of one link.</summary>
        public const int LinkSize = 520;

        /// <summary>Links in the message.</summary>
        public const int LinkCount = 8;

        /// <summary>u8, in a link.</summary>
        public const int Enabled = 0;

        /// <summary>u8, in a link.</summary>
        public const int Connected = 1;

        /// <summary>u8, in a link.</summary>
        public const int DynamicallyConnected = 2;

        /// <summary>u32, in a link.</summary>
        public const int Mtu = 4;

        /// <summary>char[256], in a link.</summary>
        public const int Source = 8;

        /// <summary>char[256], in a link.</summary>
        public const int Destination = 264;

        /// <summary>Bytes of an address.</summary>
        public const int AddressCapacity = 256;

        /// <summary>Bytes of the response.</summary>
        public const int Size = 4200;
    }

    /// <summary>TRACKSTART and TRACKSTOP: "TRACKSTART and TRACKSTOP".</summary>
    internal static class Track
    {
        /// <summary>The request's id.</summary>
        public const int StartId = 10;

        /// <summary>The response's id.</summary>
        public const int StartResponseId = 2;

        /// <summary>The request's id.</summary>
        public const int StopId = 11;

        /// <summary>The response's id.</summary>
        public const int StopResponseId = 3;
    }

    /// <summary>TESTSHUTDOWN: "TESTSHUTDOWN event".</summary>
    internal static class TestShutdown
    {
        /// <summary>The event's id.</summary>
        public const int Id = 10;

        /// <summary>u32.</summary>
        public const int Flags = 24;

        /// <summary>Bytes.</summary>
        public const int Size = 32;
    }
}

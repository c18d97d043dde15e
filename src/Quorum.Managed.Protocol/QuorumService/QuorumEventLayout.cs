namespace Quorum.Managed.Protocol;

/// <summary>Offsets of the events. Defined by protocol-docs/quorum-messages.md, "Events".</summary>
internal static class QuorumEventLayout
{
    /// <summary>Bytes of one node id in a list: protocol-docs/quorum-messages.md, "Node ids".</summary>
    public const int NodeIdSize = 4;

    /// <summary>V0 notification: protocol-docs/quorum-messages.md, "V0 notification".</summary>
    internal static class QuorumChangedV0
    {
        /// <summary>i32: protocol-docs/quorum-messages.md, "V0 notification".</summary>
        public const int Quorate = 24;

        /// <summary>u64: protocol-docs/quorum-messages.md, "V0 notification".</summary>
        public const int RingSequence = 32;

        /// <summary>u32: protocol-docs/quorum-messages.md, "V0 notification".</summary>
        public const int MemberCount = 40;

        /// <summary>u32[]: protocol-docs/quorum-messages.md, "V0 notification".</summary>
        public const int Members = 44;

        /// <summary>Bytes without the list: protocol-docs/quorum-messages.md, "V0 notification".</summary>
        public const int EmptySize = 48;
    }

    /// <summary>V1 quorum notification: protocol-docs/quorum-messages.md, "V1 quorum notification".</summary>
    internal static class QuorumChanged
    {
        /// <summary>i32: protocol-docs/quorum-messages.md, "V1 quorum notification".</summary>
        public const int Quorate = 24;

        /// <summary>u32: protocol-docs/quorum-messages.md, "V1 quorum notification".</summary>
        public const int RingNode = 32;

        /// <summary>u64: protocol-docs/quorum-messages.md, "V1 quorum notification".</summary>
        public const int RingSequence = 40;

        /// <summary>u32: protocol-docs/quorum-messages.md, "V1 quorum notification".</summary>
        public const int MemberCount = 48;

        /// <summary>u32[]: protocol-docs/quorum-messages.md, "V1 quorum notification".</summary>
        public const int Members = 52;

        /// <summary>Bytes without the list: protocol-docs/quorum-messages.md, "V1 quorum notification".</summary>
        public const int EmptySize = 56;
    }

    /// <summary>V1 node list notification: protocol-docs/quorum-messages.md, "V1 node list notification".</summary>
    internal static class NodeListChanged
    {
        /// <summary>u32: protocol-docs/quorum-messages.md, "V1 node list notification".</summary>
        public const int RingNode = 24;

        /// <summary>u64: protocol-docs/quorum-messages.md, "V1 node list notification".</summary>
        public const int RingSequence = 32;

        /// <summary>u32: protocol-docs/quorum-messages.md, "V1 node list notification".</summary>
        public const int MemberCount = 40;

        /// <summary>u32: protocol-docs/quorum-messages.md, "V1 node list notification".</summary>
        public const int JoinedCount = 48;

        /// <summary>u32: protocol-docs/quorum-messages.md, "V1 node list notification".</summary>
        public const int LeftCount = 56;

        /// <summary>
        /// u32[], members, then joined, then left: protocol-docs/quorum-messages.md, "V1 node list notification".
        /// </summary>
        public const int Lists = 60;

        /// <summary>Bytes without the lists: protocol-docs/quorum-messages.md, "V1 node list notification".</summary>
        public const int EmptySize = 64;
    }
}

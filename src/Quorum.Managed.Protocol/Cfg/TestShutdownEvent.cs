using Quorum.Managed.Protocol.Cfg;

namespace Quorum.Managed.Protocol;

/// <summary>
/// Somebody asked this node's corosync to stop: what cfg's shutdown callback gets. The daemon waits for the replies of
/// all who track.
/// </summary>
/// <param name="Flags">How corosync is to stop.</param>
/// <remarks>Source: corosync_cfg_initialize(3), protocol-docs/cfg.md, "TESTSHUTDOWN event".</remarks>
public readonly record struct TestShutdownEvent(CfgShutdownFlags Flags) : IWireEvent<TestShutdownEvent>
{
    /// <inheritdoc/>
    public static int Id => CfgLayout.TestShutdown.Id;

    /// <summary>Bytes of the message.</summary>
    public static int Size => CfgLayout.TestShutdown.Size;

    /// <inheritdoc/>
    public static TestShutdownEvent Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForEvent(source, "TESTSHUTDOWN event", Id, Size);
        return new TestShutdownEvent((CfgShutdownFlags)reader.UInt32(CfgLayout.TestShutdown.Flags));
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, Id, Size, CorosyncError.Ok);
        writer.UInt32(CfgLayout.TestShutdown.Flags, (uint)Flags);
        return writer.Length;
    }
}

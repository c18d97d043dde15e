namespace Quorum.Managed.Protocol.Cfg;

/// <summary>
/// Answers the question whether corosync may stop: corosync_cfg_replyto_shutdown(3). The daemon counts each reply, so
/// that two replies of one client stand for another client's too: reply once to each <see cref="TestShutdownEvent"/>.
/// </summary>
/// <param name="Allow">Whether corosync may stop.</param>
/// <remarks>Source: protocol-docs/cfg.md, "REPLYTOSHUTDOWN".</remarks>
public readonly record struct ReplyToShutdownRequest(bool Allow) : IWireRequest<StatusResponse>
{
    /// <inheritdoc/>
    public static string Name => "cfg replyto_shutdown";

    /// <inheritdoc/>
    public static int Id => CfgLayout.Reply.Id;

    /// <inheritdoc/>
    public static int Size => CfgLayout.NumberSize;

    /// <inheritdoc/>
    public static int ResponseId => CfgLayout.Reply.ResponseId;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static ReplyToShutdownRequest Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForRequest(source, "REPLYTOSHUTDOWN request", Id, Size);
        return new ReplyToShutdownRequest(reader.UInt32(CfgLayout.Number) != 0);
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForRequest(destination, Id, Size);
        writer.UInt32(CfgLayout.Number, Allow ? 1u : 0u);
        return writer.Length;
    }
}

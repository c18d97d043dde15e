namespace Quorum.Managed.Protocol.VoteQuorum;

/// <summary>Answers <see cref="GetInfoRequest"/>.</summary>
/// <param name="Error">
/// <see cref="CorosyncError.Ok"/>, or <see cref="CorosyncError.NotExist"/> when the daemon has not seen the node since
/// it started.
/// </param>
/// <param name="Info">The answer; the default value with an error.</param>
/// <remarks>Source: protocol-docs/votequorum.md, "GETINFO".</remarks>
public readonly record struct GetInfoResponse(CorosyncError Error, VoteQuorumInfo Info = default)
    : IWireResponse<GetInfoResponse>
{
    private const string Message = "GETINFO response";

    /// <summary>Bytes of the message, also with an error.</summary>
    public static int Size => VoteQuorumLayout.Info.Size;

    /// <inheritdoc/>
    static int IWireResponse<GetInfoResponse>.MaxSize => Size + ResponseReader.Growth;

    /// <inheritdoc/>
    public static GetInfoResponse Read(ReadOnlySpan<byte> source, int id)
    {
        ResponseHeader header = ResponseReader.ReadHeaderOfAtLeast(source, Message, id, Size);
        if (header.Error != CorosyncError.Ok)
        {
            return new GetInfoResponse(header.Error);
        }

        WireReader reader = new(source, Message, Size);
        return new GetInfoResponse(header.Error, new VoteQuorumInfo
        {
            NodeId = new NodeId(reader.UInt32(VoteQuorumLayout.Info.NodeId)),
            State = (VoteQuorumNodeState)reader.UInt32(VoteQuorumLayout.Info.State),
            Votes = reader.UInt32(VoteQuorumLayout.Info.Votes),
            ExpectedVotes = reader.UInt32(VoteQuorumLayout.Info.Expected),
            HighestExpectedVotes = reader.UInt32(VoteQuorumLayout.Info.HighestExpected),
            TotalVotes = reader.UInt32(VoteQuorumLayout.Info.Total),
            Quorum = reader.UInt32(VoteQuorumLayout.Info.Quorum),
            Flags = (VoteQuorumFlags)reader.UInt32(VoteQuorumLayout.Info.Flags),
            DeviceVotes = reader.UInt32(VoteQuorumLayout.Info.DeviceVotes),
            DeviceName = reader.Text(VoteQuorumLayout.Info.DeviceName, VoteQuorumLayout.DeviceNameCapacity),
        });
    }

    /// <summary>Writes the message as a daemon does; padding, and with an error the body, is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="destination"/> is too small, or the device's name is too long.
    /// </exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, VoteQuorumLayout.InfoResponse, Size, Error);
        if (Error == CorosyncError.Ok)
        {
            writer.UInt32(VoteQuorumLayout.Info.NodeId, Info.NodeId.Value);
            writer.UInt32(VoteQuorumLayout.Info.State, (uint)Info.State);
            writer.UInt32(VoteQuorumLayout.Info.Votes, Info.Votes);
            writer.UInt32(VoteQuorumLayout.Info.Expected, Info.ExpectedVotes);
            writer.UInt32(VoteQuorumLayout.Info.HighestExpected, Info.HighestExpectedVotes);
            writer.UInt32(VoteQuorumLayout.Info.Total, Info.TotalVotes);
            writer.UInt32(VoteQuorumLayout.Info.Quorum, Info.Quorum);
            writer.UInt32(VoteQuorumLayout.Info.Flags, (uint)Info.Flags);
            writer.UInt32(VoteQuorumLayout.Info.DeviceVotes, Info.DeviceVotes);
            writer.Name(
                VoteQuorumLayout.Info.DeviceName,
                VoteQuorumLayout.DeviceNameCapacity,
                Info.DeviceName ?? "",
                nameof(VoteQuorumInfo.DeviceName));
        }

        return writer.Length;
    }
}

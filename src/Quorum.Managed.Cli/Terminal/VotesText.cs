using System.Globalization;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// Votes in texts for people, and the names of their flags, in corosync.conf's words where it has one.
internal static class VotesText
{
    private static readonly (VoteQuorumFlags Flag, string Name)[] Names =
    [
        (VoteQuorumFlags.TwoNode, "two_node"),
        (VoteQuorumFlags.Quorate, "quorate"),
        (VoteQuorumFlags.WaitForAll, "wait_for_all"),
        (VoteQuorumFlags.LastManStanding, "last_man_standing"),
        (VoteQuorumFlags.AutoTieBreaker, "auto_tie_breaker"),
        (VoteQuorumFlags.AllowDownscale, "allow_downscale"),
        (VoteQuorumFlags.DeviceRegistered, "device_registered"),
        (VoteQuorumFlags.DeviceAlive, "device_alive"),
        (VoteQuorumFlags.DeviceCastsVote, "device_casts_vote"),
        (VoteQuorumFlags.DeviceMasterWins, "device_master_wins"),
    ];

    // 3 of 3, quorum 2, flags quorate wait_for_all
    public static string Of(ClusterVotes votes)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture, $"{votes.Total} of {votes.Expected}, quorum {votes.Quorum}");
        string device = votes.DeviceName.Length == 0 ? "" : $", device {votes.DeviceName}";
        string flags = string.Join(' ', FlagsOf(votes.Flags));
        return TextTable.Printable(text + device + (flags.Length == 0 ? "" : ", flags " + flags));
    }

    // Bits without a name are one hexadecimal number.
    public static IEnumerable<string> FlagsOf(VoteQuorumFlags flags)
    {
        uint rest = (uint)flags;
        foreach ((VoteQuorumFlags flag, string name) in Names)
        {
            if (flags.HasFlag(flag))
            {
                rest &= ~(uint)flag;
                yield return name;
            }
        }

        if (rest != 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"0x{rest:x}");
        }
    }
}

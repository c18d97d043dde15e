namespace Quorum.Managed;

// Whether a quorum device's vote is awaited: protocol-docs/monitor.md, "Quorum device". It does no I/O and has no lock.
// QuorumEvaluator owns it.
internal sealed class DeviceVote
{
    private bool _hasDevice;

    // Nodes have left, and the quorum notification of the new ring has not come. A new connection may start with the
    // value of the last one: it counts only between a quorum notification and a newer node list.
    private bool _left;

    // Nodes have left, and the device's vote decides whether this side stays quorate.
    public bool IsAwaited => _hasDevice && _left;

    // The configuration should be read. A device that comes or goes changes the votes, which a notification tells.
    public bool WantsConfiguration { get; private set; }

    public void ListRead(bool isNewer, NodeList left) => _left = isNewer && (_left || left.Count > 0);

    // listIsNewer: the notification is of an older ring than the newest node list.
    public void QuorumRead(bool listIsNewer)
    {
        _left &= listIsNewer;
        WantsConfiguration = true;
    }

    public void ConfigurationRead(bool hasDevice)
    {
        WantsConfiguration = false;
        _hasDevice = hasDevice;
    }
}

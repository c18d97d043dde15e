using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Support;

// Makes the node quorate, inquorate, and so on, so that each flip is an event. A new device leaves the node inquorate.
internal sealed class Flips : IDisposable
{
    private readonly QuorumFlipper _flipper;
    private bool _quorate;

    public Flips(CorosyncNode node) => _flipper = QuorumFlipper.ConnectTo(node);

    public void Flip(int count = 1)
    {
        for (int i = 0; i < count; i++)
        {
            _quorate = !_quorate;
            _flipper.Flip(_quorate);
        }
    }

    public void Dispose() => _flipper.Dispose();
}

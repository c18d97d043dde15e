using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Support;

// Flips that are events each: quorate, inquorate, and so on. The device's arrival leaves the node inquorate.
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

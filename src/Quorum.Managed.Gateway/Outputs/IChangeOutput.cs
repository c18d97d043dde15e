namespace Quorum.Managed.Gateway;

// What is told of changes besides the clients of HTTP. Called by the gateway's loop only; it must not block.
internal interface IChangeOutput
{
    void OnChanged(QuorumSnapshot snapshot);

    // Once a second, and after each change.
    void OnTick(QuorumSnapshot snapshot);
}

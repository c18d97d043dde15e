namespace Quorum.Managed.Ipc;

// Where a response turns up: what a spinning caller looks at.
internal interface IResponseSource
{
    bool HasResponse { get; }
}

namespace Quorum.Managed.Ipc;

// A request whose response goes into the caller's buffer; the result is its length.
internal sealed class CopyingRequest : RequestOperation<int>
{
    public static ValueTask<int> StartAsync(
        RequestChannel channel,
        ReadOnlyMemory<byte> request,
        Memory<byte> response,
        TimeSpan timeout,
        CancellationToken cancellationToken) =>
        StartAsync(channel, request, response, Deadline.After(timeout), timeout, cancellationToken);

    public static ValueTask<int> StartAsync(
        RequestChannel channel,
        ReadOnlyMemory<byte> request,
        Memory<byte> response,
        Deadline deadline,
        TimeSpan timeout,
        CancellationToken cancellationToken) =>
        new CopyingRequest().Start(channel, request, response, deadline, timeout, cancellationToken);

    protected override int Read(ReadOnlySpan<byte> response) => response.Length;
}

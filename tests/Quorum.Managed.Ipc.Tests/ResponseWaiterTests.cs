using System.Net.Sockets;
using System.Runtime.InteropServices;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Ipc.Tests;

public class ResponseWaiterTests
{
    [Test]
    public async Task A_wait_that_throws_on_the_pool_completes_and_does_not_end_the_process()
    {
        ResponseWaiter waiter = new(new FailingTransport());
        await Wait.ForAsync(waiter.WaitAsync(attempt: 0).AsTask());
    }

    private sealed class FailingTransport : IpcTransport
    {
        public override SafeHandle PollHandle => throw new NotSupportedException();

        public override void WaitForResponse(TimeSpan time) => throw new SocketException(Errno.ENOMEM);

        public override bool TrySend(ReadOnlySpan<byte> request) => throw new NotSupportedException();

        public override int TryReceive(Span<byte> response) => throw new NotSupportedException();

        public override bool SpinForResponse(bool asynchronous) => throw new NotSupportedException();

        public override int TryReceiveEvent(Span<byte> message) => throw new NotSupportedException();

        public override bool WaitForEvent(TimeSpan time) => throw new NotSupportedException();

        public override ValueTask WaitForEventAsync(CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override void ThrowIfGone(IpcStage stage) => throw new NotSupportedException();

        public override void Break() => throw new NotSupportedException();

        public override void Close() => throw new NotSupportedException();
    }
}

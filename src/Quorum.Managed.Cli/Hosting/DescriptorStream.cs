using System.Runtime.InteropServices;
using Quorum.Managed.Ipc;

namespace Quorum.Managed.Cli;

// Standard input or output, without a buffer. An IOException has the error number as its HResult.
internal sealed class DescriptorStream(int descriptor, FileAccess access) : Stream
{
    // EIO: a read from the terminal in the background.
    private const int InputOutputError = 5;

    private static readonly TimeSpan BackgroundPause = TimeSpan.FromSeconds(1);

    public override bool CanRead => access == FileAccess.Read;

    public override bool CanWrite => access == FileAccess.Write;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static Stream Open(int descriptor, FileAccess access) =>
        DescriptorCalls.IsSupported ? new DescriptorStream(descriptor, access)
        : access == FileAccess.Read ? Console.OpenStandardInput()
        : descriptor == 1 ? Console.OpenStandardOutput()
        : Console.OpenStandardError();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = DescriptorCalls.Write(descriptor, buffer);
            switch (count)
            {
                case >= 0:
                    buffer = buffer[count..];
                    break;
                case -Errno.EINTR:
                    break;
                case -Errno.EAGAIN:
                    DescriptorCalls.WaitUntilWritable(descriptor);
                    break;
                default:
                    throw Failure(-count);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            int count = DescriptorCalls.Read(descriptor, buffer);
            switch (count)
            {
                case >= 0:
                    return count;
                case -Errno.EINTR:
                    break;
                case -InputOutputError or -Errno.EAGAIN when DescriptorCalls.TerminalSize(descriptor) is not null:
                    // In the background nobody types. Nothing tells when this process comes to the foreground.
                    Thread.Sleep(BackgroundPause);
                    break;
                default:
                    throw Failure(-count);
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static IOException Failure(int error) => new(Marshal.GetPInvokeErrorMessage(error), error);
}

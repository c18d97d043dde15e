using System.Runtime.CompilerServices;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <content>Requests.</content>
public sealed partial class QuorumConnection
{
    /// <summary>Asks the daemon whether this node is in a quorate partition, and waits on this thread for the answer (quorum_getquorate(3)).</summary>
    /// <returns><see langword="true"/> when it is, at the time the daemon answered.</returns>
    /// <exception cref="QuorumException">No answer within <see cref="QuorumConnectionOptions.RequestTimeout"/>; the late answer is dropped.</exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="QuorumRefusedException">The daemon answered with an error.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public bool GetQuorate()
    {
        Span<byte> response = stackalloc byte[ResponseBufferSize];
        try
        {
            return ReadQuorate(response[.._getQuorate.Request(response, _options.RequestTimeout)]);
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Using(e);
        }
    }

    /// <summary>Asks the daemon whether this node is in a quorate partition (quorum_getquorate(3)).</summary>
    /// <param name="cancellationToken">Gives up waiting; the late answer is dropped.</param>
    /// <returns><see langword="true"/> when it is, at the time the daemon answered.</returns>
    /// <exception cref="QuorumException">No answer within <see cref="QuorumConnectionOptions.RequestTimeout"/>; the late answer is dropped.</exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="QuorumRefusedException">The daemon answered with an error.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ValueTask<bool> GetQuorateAsync(CancellationToken cancellationToken = default) =>
        Rent().Start(_getQuorate, _options.RequestTimeout, cancellationToken);

    /// <summary>Asks for notifications, and waits on this thread until the daemon agreed (quorum_trackstart(3)).</summary>
    /// <param name="flags">Which; unknown bits are passed on, as libquorum does.</param>
    /// <exception cref="QuorumRefusedException">
    /// Tracking was on already (<see cref="CorosyncError.Exist"/>); with <see cref="TrackFlags.Current"/> or <see cref="TrackFlags.Changes"/> the present
    /// state is sent again all the same.
    /// </exception>
    /// <exception cref="QuorumException">No answer in time.</exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public void TrackStart(TrackFlags flags)
    {
        Span<byte> request = stackalloc byte[TrackStartRequest.Size];
        new TrackStartRequest(flags).WriteTo(request);
        Span<byte> response = stackalloc byte[ResponseBufferSize];
        CheckStatus("trackstart", ResponseIds.TrackStart, response[..Request(request, response)]);
    }

    /// <summary>Asks for notifications (quorum_trackstart(3)).</summary>
    /// <param name="flags">Which; unknown bits are passed on, as libquorum does.</param>
    /// <param name="cancellationToken">Gives up waiting; tracking may be on all the same.</param>
    /// <returns>Completes when the daemon agreed.</returns>
    /// <exception cref="QuorumRefusedException">
    /// Tracking was on already (<see cref="CorosyncError.Exist"/>); with <see cref="TrackFlags.Current"/> or <see cref="TrackFlags.Changes"/> the present
    /// state is sent again all the same.
    /// </exception>
    /// <exception cref="QuorumException">No answer in time.</exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async ValueTask TrackStartAsync(TrackFlags flags, CancellationToken cancellationToken = default)
    {
        byte[] request = Message(TrackStartRequest.Size, span => new TrackStartRequest(flags).WriteTo(span));
        byte[] response = new byte[ResponseBufferSize];
        int length = await RequestAsync(request, response, cancellationToken).ConfigureAwait(false);
        CheckStatus("trackstart", ResponseIds.TrackStart, response.AsSpan(0, length));
    }

    /// <summary>Asks for no more notifications, and waits on this thread until the daemon agreed (quorum_trackstop(3)). Those under way still come.</summary>
    /// <exception cref="QuorumException">No answer in time.</exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public void TrackStop()
    {
        Span<byte> response = stackalloc byte[ResponseBufferSize];
        CheckStatus("trackstop", ResponseIds.TrackStop, response[..Request(TrackStopBytes, response)]);
    }

    /// <summary>Asks for no more notifications (quorum_trackstop(3)). Those under way still come.</summary>
    /// <param name="cancellationToken">Gives up waiting; tracking may be off all the same.</param>
    /// <returns>Completes when the daemon agreed.</returns>
    /// <exception cref="QuorumException">No answer in time.</exception>
    /// <exception cref="QuorumConnectionClosedException">The daemon went away or broke the protocol.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async ValueTask TrackStopAsync(CancellationToken cancellationToken = default)
    {
        byte[] response = new byte[ResponseBufferSize];
        int length = await RequestAsync(TrackStopBytes, response, cancellationToken).ConfigureAwait(false);
        CheckStatus("trackstop", ResponseIds.TrackStop, response.AsSpan(0, length));
    }

    private static byte[] Message(int size, Action<Span<byte>> write)
    {
        byte[] message = new byte[size];
        write(message);
        return message;
    }

    private int Request(ReadOnlySpan<byte> request, Span<byte> response)
    {
        try
        {
            return _ipc.Request(request, response, _options.RequestTimeout);
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Using(e);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> RequestAsync(ReadOnlyMemory<byte> request, Memory<byte> response, CancellationToken cancellationToken)
    {
        try
        {
            return await _ipc.RequestAsync(request, response, _options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Using(e);
        }
    }

    internal void Return(QuorateOperation operation)
    {
        lock (_operations)
        {
            if (_operations.Count < MostOperations)
            {
                _operations.Push(operation);
            }
        }
    }

    internal bool ReadQuorate(ReadOnlySpan<byte> response)
    {
        try
        {
            GetQuorateResponse answer = GetQuorateResponse.Read(response);
            return answer.Error == CorosyncError.Ok ? answer.Quorate : throw QuorumErrors.Refused("getquorate", answer.Error);
        }
        catch (WireFormatException e)
        {
            throw Broken(IpcStage.Request, e);
        }
    }

    private QuorateOperation Rent()
    {
        lock (_operations)
        {
            if (_operations.TryPop(out QuorateOperation? operation))
            {
                return operation;
            }
        }

        return new QuorateOperation(this, ResponseBufferSize);
    }

    private void CheckStatus(string request, int expected, ReadOnlySpan<byte> response)
    {
        try
        {
            StatusResponse answer = StatusResponse.Read(response);
            if (answer.Error != CorosyncError.Ok)
            {
                throw QuorumErrors.Refused(request, answer.Error);
            }

            if (answer.Id != expected)
            {
                throw new WireFormatException($"The response to {request} has the id {answer.Id} instead of {expected}.");
            }
        }
        catch (WireFormatException e)
        {
            throw Broken(IpcStage.Request, e);
        }
    }
}

using System.Runtime.CompilerServices;
using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cmap;

namespace Quorum.Managed;

// What a cmap connection reads: values, and lists of keys.
internal sealed class CmapReader(ServiceConnection service)
{
    private static readonly Func<CmapGetResponse, CmapValue?> SelectValue = Value;
    private static readonly Func<CmapGetNumberResponse, ulong?> SelectNumber = Number;
    private static readonly Func<CmapGetNumberResponse, CmapGetNumberResponse> SelectAll = static answer => answer;

    public bool TryGet(string key, out CmapValue value)
    {
        CmapGetResponse response = service.Request<CmapGetRequest, CmapGetResponse>(new(key));
        value = response.Value;
        return response.Error == CorosyncError.Ok;
    }

    public ValueTask<CmapValue?> GetAsync(string key, CancellationToken cancellationToken) =>
        service.RequestAsync<CmapGetRequest, CmapGetResponse, CmapValue?>(new(key), SelectValue, cancellationToken);

    public ulong? GetNumber(string key) =>
        Number(service.Request<CmapGetNumberRequest, CmapGetNumberResponse>(new(key)));

    public ValueTask<ulong?> GetNumberAsync(string key, CancellationToken cancellationToken) =>
        service.RequestAsync<CmapGetNumberRequest, CmapGetNumberResponse, ulong?>(
            new(key), SelectNumber, cancellationToken);

    public IEnumerable<CmapKey> ListKeys(string prefix)
    {
        ulong iterator = service.Request<CmapIterInitRequest, CmapHandleResponse>(new(prefix)).Handle;
        bool isAnswered = true;
        try
        {
            while (true)
            {
                isAnswered = false;
                CmapIterNextResponse next = service.Request<CmapIterNextRequest, CmapIterNextResponse>(new(iterator));
                isAnswered = true;
                if (next.Error != CorosyncError.Ok)
                {
                    yield break;
                }

                yield return next.Key;
            }
        }
        finally
        {
            if (isAnswered)
            {
                Finish(iterator);
            }
        }
    }

    public async IAsyncEnumerable<CmapKey> ListKeysAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ulong iterator = (await service
            .RequestAsync<CmapIterInitRequest, CmapHandleResponse>(new(prefix), cancellationToken)
            .ConfigureAwait(false)).Handle;
        bool isAnswered = true;
        try
        {
            while (true)
            {
                isAnswered = false;
                CmapIterNextResponse next = await service
                    .RequestAsync<CmapIterNextRequest, CmapIterNextResponse>(new(iterator), cancellationToken)
                    .ConfigureAwait(false);
                isAnswered = true;
                if (next.Error != CorosyncError.Ok)
                {
                    yield break;
                }

                yield return next.Key;
            }
        }
        finally
        {
            // The daemon forgets the iterators of a connection that ends, and a caller who gives up must not wait.
            if (isAnswered && !cancellationToken.IsCancellationRequested)
            {
                await FinishAsync(iterator).ConfigureAwait(false);
            }
        }
    }

    // Keys that were deleted since they were listed are left out.
    public IEnumerable<KeyValuePair<string, CmapValue>> List(string prefix)
    {
        foreach (CmapKey key in ListKeys(prefix))
        {
            if (IsSmall(key))
            {
                CmapGetNumberResponse answer =
                    service.Request<CmapGetNumberRequest, CmapGetNumberResponse>(new(key.Name));
                if (answer.Error == CorosyncError.NotExist)
                {
                    continue;
                }

                if (answer.Value.Type != CmapValueType.None)
                {
                    yield return new(key.Name, answer.Value);
                    continue;
                }
            }

            if (TryGet(key.Name, out CmapValue value))
            {
                yield return new(key.Name, value);
            }
        }
    }

    public async IAsyncEnumerable<KeyValuePair<string, CmapValue>> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (CmapKey key in ListKeysAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            if (IsSmall(key))
            {
                CmapGetNumberResponse answer = await service
                    .RequestAsync<CmapGetNumberRequest, CmapGetNumberResponse, CmapGetNumberResponse>(
                        new(key.Name), SelectAll, cancellationToken)
                    .ConfigureAwait(false);
                if (answer.Error == CorosyncError.NotExist)
                {
                    continue;
                }

                if (answer.Value.Type != CmapValueType.None)
                {
                    yield return new(key.Name, answer.Value);
                    continue;
                }
            }

            if (await GetAsync(key.Name, cancellationToken).ConfigureAwait(false) is { } value)
            {
                yield return new(key.Name, value);
            }
        }
    }

    // A number's answer is small. It may have another type by now, and is then read as any value.
    private static bool IsSmall(CmapKey key) => key.Type is >= CmapValueType.I8 and <= CmapValueType.F64;

    // The daemon drops the iterator at the end of the connection, so a failure costs nothing. A daemon that owes the
    // answer for a next key is not asked: that would wait for the answer once more. After the value of a key was not
    // answered in time, it does wait once more, within the time limit of a request.
    private void Finish(ulong iterator)
    {
        try
        {
            service.Request<CmapIterFinalizeRequest, StatusResponse>(new(iterator));
        }
        catch (Exception e) when (IsForgettable(e))
        {
            // See above.
        }
    }

    private async ValueTask FinishAsync(ulong iterator)
    {
        try
        {
            await service
                .RequestAsync<CmapIterFinalizeRequest, StatusResponse>(new(iterator), CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (IsForgettable(e))
        {
            // See above.
        }
    }

    private static bool IsForgettable(Exception e) => e is QuorumException or ObjectDisposedException;

    private static CmapValue? Value(CmapGetResponse response) =>
        response.Error == CorosyncError.Ok ? response.Value : null;

    private static ulong? Number(CmapGetNumberResponse response)
    {
        if (response.Error == CorosyncError.NotExist)
        {
            return null;
        }

        if (response.Value.TryGetUInt64(out ulong number))
        {
            return number;
        }

        throw response.Value.TryGetInt64(out _)
            ? CmapErrors.Negative(response.Value)
            : CmapErrors.NotAnInteger(response.ValueType);
    }
}

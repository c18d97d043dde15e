using Microsoft.Extensions.ObjectPool;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// One asynchronous request of a service connection. Pooled by its type, for all connections.
internal sealed class ServiceRequest<TRequest, TResponse, TResult> : RequestOperation<TResult>
    where TRequest : IWireRequest<TResponse>
    where TResponse : IWireResponse<TResponse>
{
    private const int MaxPooled = 64;
    private static readonly DefaultObjectPool<ServiceRequest<TRequest, TResponse, TResult>> Pool =
        new(new DefaultPooledObjectPolicy<ServiceRequest<TRequest, TResponse, TResult>>(), MaxPooled);

    private readonly byte[] _request = new byte[TRequest.Size];
    private readonly byte[] _response = new byte[TResponse.MaxSize];
    private ServiceConnection _service = null!;
    private Func<TResponse, TResult> _select = null!;

    public static ValueTask<TResult> Start(
        ServiceConnection service,
        TRequest request,
        Func<TResponse, TResult> select,
        CancellationToken cancellationToken)
    {
        ServiceRequest<TRequest, TResponse, TResult> operation = Pool.Get();
        operation._service = service;
        operation._select = select;
        _ = request.WriteTo(operation._request);
        return operation.Start(
            service.Ipc.Requests,
            operation._request,
            operation._response,
            Deadline.After(service.RequestTimeout),
            service.RequestTimeout,
            cancellationToken);
    }

    protected override TResult Read(ReadOnlySpan<byte> response) =>
        _select(ServiceConnection.Accept<TRequest, TResponse>(_service.Read<TRequest, TResponse>(response)));

    protected override Exception Translate(Exception e) => e is IpcException ipc ? QuorumErrors.Using(ipc) : e;

    protected override void Recycle()
    {
        base.Recycle();
        _service = null!;
        _select = null!;
        Pool.Return(this);
    }
}

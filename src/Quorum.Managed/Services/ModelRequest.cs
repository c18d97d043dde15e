using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// The first exchange of a quorum connection: asks for the model and for the quorum type, after the check that the
// daemon knows the request. It ends at the deadline of the connect that it is a part of. A daemon of corosync 3.0
// refuses the request for V1 and goes on to serve the connection, which is of model V0 then.
internal static class ModelRequest
{
    public static (QuorumModel Model, QuorumTypeResponse Type) Run(
        ServiceConnection service, QuorumConnectionOptions options, Deadline deadline)
    {
        if (options.Model == QuorumModel.V1 && OldDaemonProbe.HasV1(service.Ipc, options, deadline))
        {
            QuorumTypeResponse type = service.Exchange<ModelGetTypeRequest, QuorumTypeResponse>(
                new(QuorumModel.V1), deadline, options.ConnectTimeout);
            if (!IsRefused(type, options))
            {
                return (QuorumModel.V1, type);
            }
        }

        return (QuorumModel.V0, service.Exchange<GetQuorumTypeRequest, QuorumTypeResponse>(
            default, deadline, options.ConnectTimeout));
    }

    public static async ValueTask<(QuorumModel Model, QuorumTypeResponse Type)> RunAsync(
        ServiceConnection service,
        QuorumConnectionOptions options,
        Deadline deadline,
        CancellationToken cancellationToken)
    {
        if (options.Model == QuorumModel.V1
            && await OldDaemonProbe.HasV1Async(service.Ipc, options, deadline, cancellationToken).ConfigureAwait(false))
        {
            QuorumTypeResponse type = await service.ExchangeAsync<ModelGetTypeRequest, QuorumTypeResponse>(
                new(QuorumModel.V1), deadline, options.ConnectTimeout, cancellationToken).ConfigureAwait(false);
            if (!IsRefused(type, options))
            {
                return (QuorumModel.V1, type);
            }
        }

        return (QuorumModel.V0, await service.ExchangeAsync<GetQuorumTypeRequest, QuorumTypeResponse>(
            default, deadline, options.ConnectTimeout, cancellationToken).ConfigureAwait(false));
    }

    // The daemon has no model V1, and V0 will do.
    private static bool IsRefused(QuorumTypeResponse type, QuorumConnectionOptions options) =>
        type.Error == CorosyncError.InvalidParam && options.FallBackToV0 == true;
}

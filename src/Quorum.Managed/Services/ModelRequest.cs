using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// The first exchange of a quorum connection: asks for the model and for the quorum type, after the check that the
// daemon knows the request. It ends at the deadline of the connect that it is a part of.
internal static class ModelRequest
{
    public static QuorumTypeResponse Run(
        ServiceConnection service, QuorumConnectionOptions options, Deadline deadline)
    {
        OldDaemonProbe.Run(service.Ipc, options, deadline);
        return options.Model == QuorumModel.V0
            ? service.Exchange<GetQuorumTypeRequest, QuorumTypeResponse>(default, deadline, options.ConnectTimeout)
            : service.Exchange<ModelGetTypeRequest, QuorumTypeResponse>(
                new(options.Model), deadline, options.ConnectTimeout);
    }

    public static async ValueTask<QuorumTypeResponse> RunAsync(
        ServiceConnection service,
        QuorumConnectionOptions options,
        Deadline deadline,
        CancellationToken cancellationToken)
    {
        await OldDaemonProbe.RunAsync(service.Ipc, options, deadline, cancellationToken).ConfigureAwait(false);
        ValueTask<QuorumTypeResponse> type = options.Model == QuorumModel.V0
            ? service.ExchangeAsync<GetQuorumTypeRequest, QuorumTypeResponse>(
                default, deadline, options.ConnectTimeout, cancellationToken)
            : service.ExchangeAsync<ModelGetTypeRequest, QuorumTypeResponse>(
                new(options.Model), deadline, options.ConnectTimeout, cancellationToken);
        return await type.ConfigureAwait(false);
    }
}

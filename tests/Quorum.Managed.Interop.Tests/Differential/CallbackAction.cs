namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>The calls that a scenario makes inside the first callback of a dispatch.</summary>
internal sealed class CallbackAction
{
    private string _action = "";

    public void Arm(string action) => _action = action;

    public void Run(IQuorumClient client)
    {
        string action = Interlocked.Exchange(ref _action, "");
        if (action.Length == 0)
        {
            return;
        }

        string outcome = action switch
        {
            "quorate" => client.GetQuorate(),
            "track" => client.TrackStart(3),
            "stop" => client.TrackStop(),
            "nested-nb" => client.Dispatch(4, ""),
            "nested-all" => client.Dispatch(2, ""),
            "nested-one" => client.Dispatch(1, ""),
            "finalize" => client.FinalizeConnection(),
            "finalize-quorate" => client.FinalizeConnection() + ", " + client.GetQuorate(),
            "finalize-dispatch" => client.FinalizeConnection() + ", " + client.Dispatch(2, ""),
            "finalize-context" => client.FinalizeConnection() + ", " + client.GetContext(),
            "context" => client.GetContext() + ", " + client.SetContext(99) + ", " + client.GetContext(),
            _ => throw new ArgumentException(action),
        };
        client.Log.Add($"inside: {action} -> {outcome}");
    }
}

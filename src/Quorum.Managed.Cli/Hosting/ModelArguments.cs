using System.CommandLine;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// The options that decide which model of the quorum service is asked for.
internal sealed class ModelArguments
{
    private readonly Option<QuorumModel?> _model = ParsedOption.Create<QuorumModel?>(
        "--model",
        "v0|v1",
        "What to ask corosync for: v1, which needs corosync 3.1.0, or v0, which tells neither the ring's node nor " +
        "who joined and left. Default: v1, and v0 from a daemon that has no v1.",
        static text => text switch
        {
            "v0" => QuorumModel.V0,
            "v1" => QuorumModel.V1,
            _ => throw new FormatException($"'{text}' is not a model: write v0 or v1."),
        });

    private readonly Option<bool> _assume = new("--assume-model-v1")
    {
        Description = "corosync is certainly version 3 or newer: ask for model v1 without asking its service cmap " +
            "first. A corosync 2.x crashes then.",
    };

    public ModelArguments(Command command)
    {
        // Those of the type are other words.
        _model.CompletionSources.Clear();
        _model.CompletionSources.Add("v0", "v1");
        command.Add(_model);
        command.Add(_assume);
    }

    // A model that is given is the only one that is asked for.
    public QuorumConnectionOptions Apply(ParseResult result, QuorumConnectionOptions options)
    {
        QuorumModel? model = result.GetValue(_model);
        return options with
        {
            Model = model ?? QuorumModel.V1,
            FallBackToV0 = model is null,
            AssumeModelV1 = result.GetValue(_assume),
        };
    }
}

using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Tests;

public sealed class StatusJsonTests
{
    [Test]
    public void Status_is_the_contract()
    {
        using StringWriter writer = new();
        StatusJson.Write(writer, new StatusReport
        {
            State = QuorumState.Inquorate,
            QuorumType = QuorumType.Set,
            RingId = new RingId(new NodeId(1), 13),
            Members = [new NodeId(1), new NodeId(2)],
            Transport = IpcConnectionType.Socket,
            Endpoint = "unix:/run/quorum",
            DaemonProcessId = 123,
            Basis = "tokenAge",
        });

        const string Expected =
            """{"state":"inquorate","quorate":false,"quorumType":"set","ringId":"1.d","members":[1,2]""" +
            ""","transport":"socket","endpoint":"unix:/run/quorum","daemonPid":123,"error":null""" +
            ""","basis":"tokenAge","validUntil":null}""" + "\n";
        Assert.That(writer.ToString(), Is.EqualTo(Expected));
    }

    [Test]
    public void Details_come_after_the_other_fields_and_what_is_not_known_is_left_out()
    {
        using StringWriter writer = new();
        StatusReport report = StatusReport.Failed("why") with
        {
            Details = new StatusDetails
            {
                ClusterName = "blue",
                Votes = new VoteQuorumInfo { ExpectedVotes = 3, TotalVotes = 2, Quorum = 2 },
                Nodes =
                [
                    new() { Id = new NodeId(1), Name = "alpha", Votes = 1, State = ClusterNodeState.Member },
                    new() { Id = new NodeId(2), State = ClusterNodeState.Absent },
                ],
            },
        };
        StatusJson.Write(writer, report);

        const string Expected =
            ""","validUntil":null,"clusterName":"blue","votes":{"expected":3,"total":2,"quorum":2},"nodes":[""" +
            """{"id":1,"name":"alpha","votes":1,"state":"member"},{"id":2,"state":"absent"}]}""" + "\n";
        Assert.That(writer.ToString(), Does.EndWith(Expected));
    }

    [Test]
    public void Status_of_a_failure_has_all_fields()
    {
        using StringWriter writer = new();
        StatusJson.Write(writer, StatusReport.Failed("It \"died\"."));

        const string Expected =
            """{"state":"unknown","quorate":false,"quorumType":null,"ringId":null,"members":null""" +
            ""","transport":null,"endpoint":null,"daemonPid":null,"error":"It \"died\".",""" +
            "\"basis\":null,\"validUntil\":null}\n";
        Assert.That(writer.ToString(), Is.EqualTo(Expected));
    }
}

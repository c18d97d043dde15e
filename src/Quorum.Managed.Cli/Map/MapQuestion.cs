using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// What is to be shown of which map.
internal sealed record MapQuestion(
    QuorumConnectionOptions Options, TimeSpan Timeout, CmapMap Map, string Prefix, bool Json)
{
    public string NothingFound
    {
        get
        {
            string map = Map == CmapMap.Statistics ? "statistics map" : "configuration map";
            return Prefix.Length == 0
                ? $"corosync's {map} is empty."
                : $"no key of corosync's {map} begins with '{Prefix}'.";
        }
    }

    public async ValueTask<List<KeyValuePair<string, CmapValue>>> ReadAsync(CancellationToken limit)
    {
        await using CmapConnection connection = await ConnectAsync(limit);
        return await ListAsync(connection, limit);
    }

    public ValueTask<CmapConnection> ConnectAsync(CancellationToken limit) =>
        CmapConnection.ConnectAsync(Options, Map, limit);

    // All of it before any is shown: a part would look like the whole.
    public async ValueTask<List<KeyValuePair<string, CmapValue>>> ListAsync(
        CmapConnection connection, CancellationToken limit)
    {
        List<KeyValuePair<string, CmapValue>> found = [];
        await foreach (KeyValuePair<string, CmapValue> pair in connection.ListAsync(Prefix, limit))
        {
            found.Add(pair);
        }

        return found;
    }
}

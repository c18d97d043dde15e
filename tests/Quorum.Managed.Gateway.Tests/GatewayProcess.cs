using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Gateway.Tests;

/// <summary>quorum-gateway as a process, with a client of HTTP. Disposal kills it.</summary>
internal sealed partial class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly HttpClient _client;

    private GatewayProcess(NodeProcess process, string address)
    {
        Process = process;
        Address = address;
        SocketsHttpHandler handler = new() { ConnectCallback = async (_, stop) => await ConnectAsync(stop: stop) };
        _client = new HttpClient(handler) { BaseAddress = new Uri("http://gateway"), Timeout = Bound };
    }

    /// <summary>
    /// The program, in the configuration of these tests. QUORUM_TEST_GATEWAY names another, for example one that is
    /// compiled ahead.
    /// </summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("QUORUM_TEST_GATEWAY") ?? Path.Combine(
        Repository.Root,
        "src/Quorum.Managed.Gateway/bin",
        AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug",
        "net10.0/quorum-gateway");

    public NodeProcess Process { get; }

    /// <summary>What it says it listens on: http://ADDRESS:PORT or unix:/PATH.</summary>
    public string Address { get; }

    /// <summary>The memory that it has in use, in bytes.</summary>
    public long ResidentBytes => 1024 * long.Parse(
        File.ReadLines($"/proc/{Process.Pid}/status").First(line => line.StartsWith("VmRSS", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    public static Task<GatewayProcess> StartAsync(params string[] arguments) =>
        StartAsync(NodeProcess.Start([Program, "--listen", "0", .. arguments], [], keepOutput: true));

    /// <summary>Waits until a started process listens.</summary>
    public static async Task<GatewayProcess> StartAsync(NodeProcess process)
    {
        try
        {
            await Wait.UntilAsync(
                () => ListeningLine().IsMatch(process.Error) || process.HasExited, "the gateway listening", Bound);
            Assert.That(process.HasExited, Is.False, process.Error);
            return new GatewayProcess(process, ListeningLine().Match(process.Error).Groups["address"].Value);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>A new connection, on which nothing has been sent yet.</summary>
    public async Task<Stream> ConnectAsync(int? receiveBuffer = null, CancellationToken stop = default)
    {
        bool isUnix = Address.StartsWith("unix:", StringComparison.Ordinal);
        Socket socket = isUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (receiveBuffer is { } bytes)
        {
            socket.ReceiveBufferSize = bytes;
        }

        if (isUnix)
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Address["unix:".Length..]), stop);
        }
        else
        {
            Uri address = new(Address);
            await socket.ConnectAsync(address.Host, address.Port, stop);
        }

        return new NetworkStream(socket, ownsSocket: true);
    }

    public async Task<GatewayAnswer> GetAsync(string path, HttpMethod? method = null)
    {
        using HttpRequestMessage request = new(method ?? HttpMethod.Get, path);
        using HttpResponseMessage response = await _client.SendAsync(request);
        return new GatewayAnswer(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.ToString() ?? "",
            string.Join(", ", response.Content.Headers.Allow),
            await response.Content.ReadAsStringAsync());
    }

    /// <summary>Asks until the answer is as wanted: nothing announces what another process has noticed.</summary>
    public async Task<GatewayAnswer> GetUntilAsync(string path, Predicate<GatewayAnswer> condition, string what)
    {
        using CancellationTokenSource limit = new(Bound);
        GatewayAnswer answer;
        do
        {
            Assert.That(limit.IsCancellationRequested, Is.False, what + " did not come");
            answer = await GetAsync(path);
        }
        while (!condition(answer));
        return answer;
    }

    /// <summary>Waits for a state: quorate, inquorate or unknown.</summary>
    public Task<GatewayAnswer> UntilAsync(string state) =>
        GetUntilAsync("/readyz", answer => answer.Text("state") == state, state);

    /// <summary>The events of /events from now on, each as its name and its JSON.</summary>
    public async IAsyncEnumerable<(string Name, JsonElement Data)> EventsAsync()
    {
        using HttpResponseMessage response =
            await _client.GetAsync(new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/event-stream"));
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        string name = "";
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line["event: ".Length..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                yield return (name, JsonDocument.Parse(line["data: ".Length..]).RootElement);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Process.DisposeAsync();
    }

    [GeneratedRegex(@"Listening on (?<address>\S+)\n", RegexOptions.ExplicitCapture)]
    private static partial Regex ListeningLine();
}

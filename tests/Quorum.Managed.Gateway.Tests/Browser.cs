using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Gateway.Tests;

/// <summary>A Chromium without a window, with one page, which is asked by the DevTools protocol.</summary>
internal sealed partial class Browser : IAsyncDisposable
{
    private readonly NodeProcess _process;
    private readonly ClientWebSocket _socket = new();
    private int _number;

    private Browser(NodeProcess process) => _process = process;

    public static async Task<Browser> OpenAsync(string address, string folder)
    {
        NodeProcess process = NodeProcess.Start(
            [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--hide-scrollbars", "--no-first-run", "--disable-background-networking",
                "--user-data-dir=" + folder, "--remote-debugging-port=0", address,
            ],
            [],
            keepOutput: true);
        Browser browser = new(process);
        try
        {
            await Wait.UntilAsync(
                () => ListeningLine().IsMatch(process.Error) || process.HasExited, "the browser", Wait.Bound);
            string host = ListeningLine().Match(process.Error).Groups["host"].Value;
            using HttpClient client = new();
            JsonElement pages = await client.GetFromJsonAsync<JsonElement>(new Uri($"http://{host}/json"));
            string page = pages.EnumerateArray()
                .First(static each => each.GetProperty("type").GetString() == "page")
                .GetProperty("webSocketDebuggerUrl").GetString()!;
            using CancellationTokenSource limit = new(Wait.Bound);
            await browser._socket.ConnectAsync(new Uri(page), limit.Token);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a person reads.</summary>
    public async Task<string> ReadAsync()
    {
        JsonElement answer = await CallAsync(
            "Runtime.evaluate", new { expression = "document.title + '\\n' + (document.body?.innerText ?? '')" });
        return answer.GetProperty("result").GetProperty("value").GetString()!;
    }

    public async Task<string> ReadUntilAsync(string text)
    {
        using CancellationTokenSource limit = new(Wait.Bound);
        while (true)
        {
            string read = await ReadAsync();
            if (read.Contains(text, StringComparison.Ordinal))
            {
                return read;
            }

            Assert.That(limit.IsCancellationRequested, Is.False, $"'{text}' is not in '{read}'");
        }
    }

    /// <summary>Takes a picture of a scheme, light or dark, at a width.</summary>
    public async Task PhotographAsync(string path, string scheme, int width)
    {
        await CallAsync(
            "Emulation.setEmulatedMedia",
            new { features = new[] { new { name = "prefers-color-scheme", value = scheme } } });
        await CallAsync(
            "Emulation.setDeviceMetricsOverride",
            new { width, height = 900, deviceScaleFactor = 1, mobile = width < 500 });
        JsonElement picture = await CallAsync("Page.captureScreenshot", new { format = "png" });
        await File.WriteAllBytesAsync(path, picture.GetProperty("data").GetBytesFromBase64());
    }

    /// <summary>Whether something is wider than the window, so that a person has to scroll sideways.</summary>
    public async Task<bool> IsTooWideAsync()
    {
        JsonElement answer = await CallAsync(
            "Runtime.evaluate",
            new { expression = "document.documentElement.scrollWidth > document.documentElement.clientWidth" });
        return answer.GetProperty("result").GetProperty("value").GetBoolean();
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Signal(NodeProcess.Terminate);
        try
        {
            await _process.WaitAsync(TimeSpan.FromSeconds(5));
        }
        catch (TimeoutException)
        {
            // The disposal kills it.
        }

        await _process.DisposeAsync();
    }

    private async Task<JsonElement> CallAsync(string method, object parameters)
    {
        using CancellationTokenSource limit = new(Wait.Bound);
        int id = ++_number;
        await _socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters }),
            WebSocketMessageType.Text,
            endOfMessage: true,
            limit.Token);
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            using MemoryStream message = new();
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
                message.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);

            JsonElement json = JsonDocument.Parse(message.ToArray()).RootElement;
            if (json.TryGetProperty("id", out JsonElement answered) && answered.GetInt32() == id)
            {
                return json.GetProperty("result");
            }
        }
    }

    [GeneratedRegex("DevTools listening on ws://(?<host>[^/]+)/", RegexOptions.ExplicitCapture)]
    private static partial Regex ListeningLine();
}

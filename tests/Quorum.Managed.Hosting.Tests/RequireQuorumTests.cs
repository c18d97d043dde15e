using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quorum.Managed.AspNetCore;
using Quorum.Managed.Testing;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Hosting.Tests;

/// <summary>A real server on the loopback, with a fake monitor.</summary>
public sealed class RequireQuorumTests
{
    [Test]
    public async Task Endpoint_answers_only_while_quorate()
    {
        using FakeQuorumMonitor monitor = new();
        await using WebApplication app = await StartAsync(
            monitor, static app => app.MapGet("/", static () => "served").RequireQuorum());
        using HttpClient client = ClientOf(app);
        using HttpResponseMessage unknown = await GetAsync(client, "/");
        monitor.SetQuorate();
        using HttpResponseMessage quorate = await GetAsync(client, "/");
        monitor.SetInquorate();
        using HttpResponseMessage inquorate = await GetAsync(client, "/");
        Assert.That(await quorate.Content.ReadAsStringAsync(), Is.EqualTo("served"));
        (HttpResponseMessage, string)[] refusals = [(unknown, "unknown"), (inquorate, "inquorate")];
        foreach ((HttpResponseMessage refused, string state) in refusals)
        {
            JsonElement problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement;
            Assert.Multiple(() =>
            {
                Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
                Assert.That(refused.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(5)));
                Assert.That(refused.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
                Assert.That(problem.GetProperty("status").GetInt32(), Is.EqualTo(503));
                Assert.That(problem.GetProperty("state").GetString(), Is.EqualTo(state));
            });
        }
    }

    [Test]
    public async Task Loss_cancels_a_request_that_runs([Values] bool cancelOnLoss)
    {
        using FakeQuorumMonitor monitor = new();
        monitor.SetQuorate();
        TaskCompletionSource running = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication app = await StartAsync(monitor, app => app.MapGet("/", async (HttpContext context) =>
        {
            running.SetResult();
            await release.Task.WaitAsync(context.RequestAborted);
            return "served";
        }).RequireQuorum(new() { CancelOnLoss = cancelOnLoss, RetryAfter = TimeSpan.FromMinutes(1) }));
        using HttpClient client = ClientOf(app);
        Task<HttpResponseMessage> answer = GetAsync(client, "/");
        await Wait.ForAsync(running.Task);
        monitor.SetInquorate();
        if (!cancelOnLoss)
        {
            release.SetResult();
        }

        using HttpResponseMessage response = await Wait.ForAsync(answer);
        Assert.That(
            response.StatusCode, Is.EqualTo(cancelOnLoss ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK));
        Assert.That(
            response.Headers.RetryAfter?.Delta, Is.EqualTo(cancelOnLoss ? TimeSpan.FromMinutes(1) : null));
    }

    // Results such as a JSON stream take the cancellation for a client that has left, and end quietly.
    [Test]
    public async Task Response_that_has_begun_does_not_look_whole_after_a_loss()
    {
        using FakeQuorumMonitor monitor = new();
        monitor.SetQuorate();
        TaskCompletionSource running = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication app = await StartAsync(monitor, app => app.MapGet("/", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("first ");
            await context.Response.Body.FlushAsync();
            running.SetResult();
            TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using CancellationTokenRegistration end = context.RequestAborted.Register(ended.SetResult);
            await ended.Task;
        }).RequireQuorum());
        using HttpClient client = ClientOf(app);
        Task<HttpResponseMessage> answer = GetAsync(client, "/");
        await Wait.ForAsync(running.Task);
        monitor.SetInquorate();
        Assert.ThrowsAsync<HttpRequestException>(() => Wait.ForAsync(answer));
    }

    [Test]
    public async Task Group_requires_the_quorum_of_its_own_cluster()
    {
        using FakeQuorumMonitor east = new("east");
        using FakeQuorumMonitor west = new("west");
        east.SetQuorate();
        await using WebApplication app = await StartAsync(
            west,
            static app =>
            {
                RouteGroupBuilder group = app.MapGroup("/east");
                group.MapGet("/a", static () => "served");
                group.RequireQuorum(new() { ServiceKey = "east" });
                app.MapGet("/west", static () => "served").RequireQuorum();
            },
            services => services.AddKeyedSingleton<IQuorumMonitor>("east", east));
        using HttpClient client = ClientOf(app);
        using HttpResponseMessage served = await GetAsync(client, "/east/a");
        using HttpResponseMessage refused = await GetAsync(client, "/west");
        Assert.That((served.StatusCode, refused.StatusCode), Is.EqualTo(
            (HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable)));
    }

    // As MapFallbackToController makes it: routing takes another endpoint in its place.
    [Test]
    public async Task Endpoint_that_cannot_be_guarded_is_not_served()
    {
        using FakeQuorumMonitor monitor = new();
        monitor.SetQuorate();
        await using WebApplication app = await StartAsync(monitor, static app =>
            app.MapGet("/", static () => "served").WithMetadata(new Replaced()).RequireQuorum());
        Assert.Throws<InvalidOperationException>(() =>
            _ = ((IEndpointRouteBuilder)app).DataSources.SelectMany(static source => source.Endpoints).ToArray());
    }

    [TestCase(0)]
    [TestCase(86401)]
    public void Wrong_option_is_refused(int seconds)
    {
        using FakeQuorumMonitor monitor = new();
        Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => StartAsync(monitor, app =>
            app.MapGet("/", static () => "").RequireQuorum(new() { RetryAfter = TimeSpan.FromSeconds(seconds) })));
    }

    private static async Task<WebApplication> StartAsync(
        IQuorumMonitor monitor, Action<WebApplication> map, Action<IServiceCollection>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(monitor);
        configure?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        map(app);
        await app.StartAsync();
        return app;
    }

    private static Task<HttpResponseMessage> GetAsync(HttpClient client, string path) =>
        client.GetAsync(new Uri(path, UriKind.Relative));

    private static HttpClient ClientOf(WebApplication app) => new() { BaseAddress = new Uri(app.Urls.First()) };

    private sealed class Replaced : IDynamicEndpointMetadata
    {
        public bool IsDynamic => true;
    }
}

using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Gateway.Tests;

/// <summary>
/// The page in a real Chromium. Debian's package is large, so that CI does not install it: without it the test is
/// ignored, unless QUORUM_TEST_BROWSER asks for it. The pictures go to the folder that QUORUM_TEST_PICTURES names.
/// </summary>
public sealed class PageTests : SimulatedFixture
{
    private const int Stop = 19;
    private const int Continue = 18;

    private static readonly string? Pictures = Environment.GetEnvironmentVariable("QUORUM_TEST_PICTURES");

    private static readonly (string Scheme, int Width)[] Looks =
        [("light", 1000), ("dark", 1000), ("dark", 360), ("light", 360)];

    [OneTimeSetUp]
    public static void RequireBrowser()
    {
        bool isAsked = Environment.GetEnvironmentVariable("QUORUM_TEST_BROWSER") is { Length: > 0 };
        if (!Corosync.IsInstalled("chromium"))
        {
            (isAsked ? (Action<string>)Assert.Fail : Assert.Ignore)("chromium is not installed");
        }
    }

    [Test]
    public async Task Page_follows_the_states_and_says_unknown_when_it_loses_the_gateway()
    {
        await using GatewayProcess gateway = await StartLiveAsync();
        await gateway.UntilAsync("quorate");
        await using Browser browser = await Browser.OpenAsync(gateway.Address, Path.Combine(Folder, "browser"));
        string text = await browser.ReadUntilAsync("Quorate – quorum");
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("Cluster simulated, knet, seen by node 1"));
            Assert.That(text, Does.Contain("3 of 3, quorum 2"));
            Assert.That(text, Does.Contain("node1 (this node)"));
            Assert.That(text, Does.Match(@"node2\s+member\s+1\s+link 0 up"));
        });
        await PhotographAsync(browser, "quorate");

        Simulator.Cluster.Partition([1], [2, 3]);
        await browser.ReadUntilAsync("Not quorate – quorum");
        text = await browser.ReadUntilAsync("absent");
        Assert.That(text, Does.Contain("Not quorate, ring ").And.Contain("1 of 3, quorum 2"));
        await PhotographAsync(browser, "inquorate");

        Simulator.Cluster.Kill(1);
        text = await browser.ReadUntilAsync("Unknown – quorum");
        Assert.That(text, Does.Match(@"Unknown since [^\n]+: corosync cannot be reached"));
        await PhotographAsync(browser, "unknown");

        gateway.Process.Signal(NodeProcess.Kill);
        text = await browser.ReadUntilAsync("this page has no contact with the gateway");
        Assert.That(text, Does.StartWith("Unknown – quorum").And.Contain("It last said: unknown."));
        await PhotographAsync(browser, "lost");
    }

    // A gateway that is stopped closes nothing: only the missing heartbeats tell.
    [Test]
    public async Task Page_believes_no_gateway_that_is_silent()
    {
        await using GatewayProcess gateway = await StartLiveAsync();
        await gateway.UntilAsync("quorate");
        await using Browser browser = await Browser.OpenAsync(gateway.Address, Path.Combine(Folder, "browser"));
        await browser.ReadUntilAsync("Quorate – quorum");
        gateway.Process.Signal(Stop);
        string text = await browser.ReadUntilAsync("this page has no contact with the gateway");
        Assert.That(text, Does.StartWith("Unknown – quorum").And.Contain("It last said: quorate."));
        gateway.Process.Signal(Continue);
        await browser.ReadUntilAsync("Quorate – quorum");
    }

    // No width makes a person scroll sideways.
    private async Task PhotographAsync(Browser browser, string name)
    {
        foreach ((string scheme, int width) in Looks)
        {
            string path = Path.Combine(
                Pictures ?? Folder,
                string.Create(CultureInfo.InvariantCulture, $"quorum-page-{name}-{scheme}-{width}.png"));
            await browser.PhotographAsync(path, scheme, width);
            Assert.That(await browser.IsTooWideAsync(), Is.False, path);
            if (Pictures is null)
            {
                File.Delete(path);
            }
        }
    }
}

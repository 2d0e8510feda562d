using Microsoft.Playwright;
using Streaming.Testing;

namespace Streaming.Gateway.Tests.Page;

/// <summary>The page in a real browser on fed data. Screenshots go to the folder that STREAMING_TEST_SCREENSHOTS names, else to the tests' output.</summary>
public sealed class PageTests(KafkaServer kafka, RegistryServer registry)
{
    private const int Patience = 90_000;

    static PageTests() => Assertions.SetDefaultExpectTimeout(Patience);

    private static readonly string Screenshots =
        Environment.GetEnvironmentVariable("STREAMING_TEST_SCREENSHOTS") is { Length: > 0 } place ? place : Path.Combine(AppContext.BaseDirectory, "screenshots");

    [Fact]
    public async Task The_page_shows_the_chain_to_everybody()
    {
        await using var chromium = await Chromium.LaunchAsync();
        await using var gateway = await TestGateway.StartAsync(kafka, registry);
        await PageData.FeedAsync(gateway);
        var browser = chromium.Browser;

        var page = await OpenAsync(browser, gateway, 1440, 1000, ColorScheme.Light);
        await CheckTextsAsync(page);
        await CheckKeyboardAsync(page);
        await ShootAsync(page, "light");
        await CheckReconnectAsync(page);

        var dark = await OpenAsync(browser, gateway, 1440, 1000, ColorScheme.Dark);
        Assert.True(await dark.EvaluateAsync<int>("parseInt(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])") < 60);
        await ShootAsync(dark, "dark");

        var phone = await OpenAsync(browser, gateway, 390, 844, ColorScheme.Dark);
        Assert.True(await phone.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the phone.");
        await ShootAsync(phone, "phone");
        await CheckManyEntitiesAsync(gateway, phone);
        await CheckProblemAsync(gateway, dark);
    }

    [Fact]
    public async Task The_page_says_that_the_gateway_is_gone_and_goes_on_when_it_is_back()
    {
        await using var chromium = await Chromium.LaunchAsync();
        await using var gateway = await GatewayProcess.StartAsync(await kafka.StartAsync(), await registry.StartAsync());
        var page = await chromium.Browser.NewPageAsync();
        await page.GotoAsync(gateway.Url.ToString());
        await Assertions.Expect(page.Locator("#connection")).ToHaveTextAsync("live", new LocatorAssertionsToHaveTextOptions { Timeout = Patience });
        await gateway.CrashAsync();
        await Assertions.Expect(page.Locator("#connection")).ToHaveAttributeAsync("data-state", "lost", new LocatorAssertionsToHaveAttributeOptions { Timeout = Patience });
        await gateway.RestartAsync();
        await Assertions.Expect(page.Locator("#connection")).ToHaveTextAsync("live", new LocatorAssertionsToHaveTextOptions { Timeout = 3 * Patience });
    }

    private static async Task<IPage> OpenAsync(IBrowser browser, TestGateway gateway, int width, int height, ColorScheme scheme)
    {
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme, Locale = "en-GB" });
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Add(error);
        await page.GotoAsync(gateway.Server.Url);
        await Assertions.Expect(page.Locator("#connection")).ToHaveTextAsync("live", new LocatorAssertionsToHaveTextOptions { Timeout = Patience });
        await Assertions.Expect(page.Locator("#chart canvas")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = Patience });
        Assert.Empty(complaints);
        return page;
    }

    private static async Task CheckTextsAsync(IPage page)
    {
        await Assertions.Expect(page.Locator("#chain > li")).ToHaveCountAsync(5);
        await Assertions.Expect(page.Locator("#chain > li").Nth(0).Locator(".count")).ToHaveTextAsync("5,760");
        await Assertions.Expect(page.Locator("#chain > li").Nth(1).Locator("h3")).ToHaveTextAsync("SensorIngest");
        await Assertions.Expect(page.Locator("#chain > li").Nth(1).Locator(".error")).ToContainTextAsync("does not begin with a zero byte");
        await Assertions.Expect(page.Locator("#chain > li").Nth(3).Locator(".count")).ToHaveTextAsync("576");
        await Assertions.Expect(page.Locator("#totals")).ToContainTextAsync("dead letters");
        await Assertions.Expect(page.Locator("#accuracy .figure").First).ToHaveTextAsync($"{100.0 * (276 - PageData.Wrong) / 276:F2} %");
        await Assertions.Expect(page.Locator("#models")).ToContainTextAsync("running, scored up to 2015-02-06 00:00");
        await Assertions.Expect(page.Locator("#refusals tr")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator("#refusals")).ToContainTextAsync("<script>alert(1)</script>");
        await Assertions.Expect(page.Locator("#chart-words")).ToContainTextAsync($"288 predictions up to 2015-02-05 23:50; of 276 with a label {PageData.Wrong} were wrong.");
    }

    // By Tab and arrows alone: to the entities, to the other room, into the table.
    private static async Task CheckKeyboardAsync(IPage page)
    {
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("skip", await page.EvaluateAsync<string>("document.activeElement.className"));
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("room-1", await page.EvaluateAsync<string>("document.activeElement.value"));
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("room-2", await page.EvaluateAsync<string>("document.activeElement.value"));
        Assert.NotEqual("none", await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
        await Assertions.Expect(page.Locator("#newest tr")).ToHaveCountAsync(20);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#newest")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#newest")).Not.ToBeVisibleAsync();
    }

    private static async Task CheckReconnectAsync(IPage page)
    {
        await page.Context.SetOfflineAsync(true);

        // In one breath: a look that was on its way makes it live again.
        Assert.Equal("lost", await page.EvaluateAsync<string>("(dispatchEvent(new Event('offline')), document.querySelector('#connection').dataset.state)"));
        await page.Context.SetOfflineAsync(false);
        await Assertions.Expect(page.Locator("#connection")).ToHaveTextAsync("live", new LocatorAssertionsToHaveTextOptions { Timeout = Patience });
    }

    // Of many entities a page is shown; typing finds one.
    private static async Task CheckManyEntitiesAsync(TestGateway gateway, IPage page)
    {
        await Assertions.Expect(page.Locator("#entity-search")).Not.ToBeVisibleAsync();
        await gateway.History.WriteAsync([.. Enumerable.Range(0, 30).SelectMany(index => PageData.RowsOf($"hall-{index:D2}", 0, 0))], CancellationToken.None);
        await Assertions.Expect(page.Locator("#entity-matching")).ToHaveTextAsync("32 of 32 match", new LocatorAssertionsToHaveTextOptions { Timeout = 4 * Patience });
        await Assertions.Expect(page.Locator("#entities input")).ToHaveCountAsync(12);
        await page.Locator("#entity-next").ClickAsync();
        await Assertions.Expect(page.Locator("#entities label").First).ToHaveTextAsync("hall-12");
        await page.Locator("#entity-query").FillAsync("ALL-17");
        await Assertions.Expect(page.Locator("#entity-matching")).ToHaveTextAsync("1 of 32 match");
        await page.Locator("#entities input").CheckAsync();
        await Assertions.Expect(page.Locator("#chart-words")).ToContainTextAsync("hall-17: 1 predictions");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the phone.");
    }

    private static async Task CheckProblemAsync(TestGateway gateway, IPage page)
    {
        await Assertions.Expect(page.Locator("#problem")).Not.ToBeVisibleAsync();
        gateway.TakeHistoryAway();
        await Assertions.Expect(page.Locator("#problem")).ToContainTextAsync("The history cannot be read", new LocatorAssertionsToContainTextOptions { Timeout = Patience });
        await ShootAsync(page, "problem");
        gateway.GiveHistoryBack();
        await Assertions.Expect(page.Locator("#problem")).Not.ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = Patience });
    }

    private static async Task ShootAsync(IPage page, string name) =>
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Screenshots, name + ".png"), FullPage = true });
}

using Microsoft.Playwright;
using Streaming.Testing;

namespace Streaming.Gateway.Tests.Page;

/// <summary>The page in a real browser on fed data. Screenshots go to the folder that STREAMING_TEST_SCREENSHOTS names, else to the tests' output.</summary>
public sealed class PageTests(KafkaServer kafka, RegistryServer registry)
{
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private static readonly string Screenshots =
        Environment.GetEnvironmentVariable("STREAMING_TEST_SCREENSHOTS") is { Length: > 0 } place ? place : Path.Combine(AppContext.BaseDirectory, "screenshots");

    [Fact]
    public async Task The_page_shows_the_chain_to_everybody()
    {
        var chromium = new[] { Environment.GetEnvironmentVariable("STREAMING_TEST_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        Assert.SkipUnless(chromium is not null, "There is no chromium; STREAMING_TEST_CHROMIUM names one.");
        await using var gateway = await TestGateway.StartAsync(kafka, registry);
        await PageData.FeedAsync(gateway);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = Arguments });

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
        await Assertions.Expect(page.Locator("#connection")).ToHaveTextAsync("live", new LocatorAssertionsToHaveTextOptions { Timeout = 20_000 });
        await Assertions.Expect(page.Locator("#chart canvas")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 20_000 });
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
        await Assertions.Expect(page.Locator("#models")).ToContainTextAsync("occupancy-lda");
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
        await page.EvaluateAsync("dispatchEvent(new Event('offline'))");
        await Assertions.Expect(page.Locator("#connection")).ToHaveAttributeAsync("data-state", "lost", new LocatorAssertionsToHaveAttributeOptions { Timeout = 20_000 });
        await page.Context.SetOfflineAsync(false);
        await Assertions.Expect(page.Locator("#connection")).ToHaveTextAsync("live", new LocatorAssertionsToHaveTextOptions { Timeout = 20_000 });
    }

    private static async Task ShootAsync(IPage page, string name) =>
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Screenshots, name + ".png"), FullPage = true });
}

using Microsoft.Playwright;

namespace Streaming.Gateway.Tests.Page;

/// <summary>Takes the pictures of the page that stand in the documents, of a chain that runs: docs/images/make.sh calls it.</summary>
public sealed class Pictures
{
    private const int Patience = 120_000;

    [Fact(Explicit = true)]
    public async Task Of_the_page_at_STREAMING_PICTURE_URL_go_to_the_folder_STREAMING_PICTURE_FOLDER()
    {
        var url = Environment.GetEnvironmentVariable("STREAMING_PICTURE_URL")!;
        var folder = Environment.GetEnvironmentVariable("STREAMING_PICTURE_FOLDER")!;
        await using var chromium = await Chromium.LaunchAsync();
        foreach (var (name, width, height, scheme) in new[]
        {
            ("page", 1440, 960, ColorScheme.Light),
            ("page-dark", 1440, 960, ColorScheme.Dark),
            ("page-phone", 390, 844, ColorScheme.Light),
        })
        {
            var page = await chromium.Browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme, Locale = "en-GB" });
            await page.GotoAsync(url);

            // Nothing is on the page before the first event; then the chart fills, and the truth comes.
            await Assertions.Expect(page.Locator("#chart-words")).ToContainTextAsync(": 600 predictions", new LocatorAssertionsToContainTextOptions { Timeout = Patience });
            await Assertions.Expect(page.Locator("#accuracy .card")).ToHaveCountAsync(3, new LocatorAssertionsToHaveCountOptions { Timeout = Patience });
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = width < 500 });
            await page.CloseAsync();
        }
    }
}

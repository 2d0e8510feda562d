using Streaming.Local;

namespace Streaming.Pipeline.Tests;

/// <summary>Where run.sh opens the page, and where it must not.</summary>
public sealed class BrowserTests
{
    [Theory]
    [InlineData(true, false, "xdg-open", "DISPLAY")]
    [InlineData(true, false, "xdg-open", "WAYLAND_DISPLAY")]
    [InlineData(true, true, "open")]
    [InlineData(true, false, null)]
    [InlineData(false, false, null, "DISPLAY")]
    [InlineData(false, true, null)]
    [InlineData(true, false, null, "DISPLAY", "CI")]
    [InlineData(true, false, null, "DISPLAY", "TF_BUILD")]
    [InlineData(true, false, null, "DISPLAY", "SSH_CONNECTION")]
    [InlineData(true, true, null, "SSH_TTY")]
    [InlineData(true, true, null, "CI")]
    public void The_page_is_opened_only_where_somebody_sits_in_front_of_a_desktop(bool interactive, bool macOS, string? opener, params string[] variables) =>
        Assert.Equal(opener, Browser.OpenerFor(interactive, macOS, name => variables.Contains(name) ? "1" : null));

    [Fact]
    public void Who_wants_no_browser_may_say_so_in_the_environment_or_as_an_option()
    {
        Assert.Null(Browser.OpenerFor(interactive: true, macOS: true, name => name == "BROWSER" ? "none" : null));
        Assert.True(RunOptions.Parse([]).Options!.OpensBrowser);
        Assert.False(RunOptions.Parse(["--no-browser"]).Options!.OpensBrowser);
    }
}

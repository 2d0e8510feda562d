using System.ComponentModel;
using System.Diagnostics;

namespace Streaming.Local;

/// <summary>Opens the page where somebody sits in front of a desktop, and nowhere else.</summary>
internal static class Browser
{
    /// <summary>The program that opens a page; null where none should.</summary>
    /// <param name="interactive">Whether a person sees the output.</param>
    /// <param name="macOS">Whether this is macOS, whose desktop needs no announcement.</param>
    /// <param name="variable">A variable of the environment.</param>
    public static string? OpenerFor(bool interactive, bool macOS, Func<string, string?> variable)
    {
        var remote = Has("SSH_CONNECTION") || Has("SSH_TTY");
        var unattended = Has("CI") || Has("TF_BUILD") || variable("BROWSER") == "none";
        return !interactive || remote || unattended ? null
            : macOS ? "open"
            : Has("DISPLAY") || Has("WAYLAND_DISPLAY") ? "xdg-open"
            : null;

        bool Has(string name) => variable(name) is { Length: > 0 };
    }

    /// <summary>Opens a page where that makes sense; where it fails, the address has been said.</summary>
    public static void Open(string url)
    {
        if (OpenerFor(!Console.IsOutputRedirected && !Console.IsInputRedirected, OperatingSystem.IsMacOS(), Environment.GetEnvironmentVariable) is not { } opener)
        {
            return;
        }

        try
        {
            // What a browser says on its way belongs to no screen of ours.
            using var started = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$1\" > /dev/null 2>&1", opener, url]));
        }
        catch (Win32Exception)
        {
            // There is no shell here.
        }
    }
}

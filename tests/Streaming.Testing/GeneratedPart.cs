using Xunit;

namespace Streaming.Testing;

/// <summary>A part of a page that is made from the code, between two comments that name it. With <c>STREAMING_UPDATE_PAGES=1</c> a test writes it anew.</summary>
public static class GeneratedPart
{
    private const string Update = "STREAMING_UPDATE_PAGES";

    /// <summary>Checks that a page's part is as the code says.</summary>
    /// <param name="page">The page, from the root of the checkout.</param>
    /// <param name="name">The part.</param>
    /// <param name="wanted">What stands there, with a line feed at its end.</param>
    public static void Check(string page, string name, string wanted)
    {
        var part = $"\n{wanted}\n";
        var file = Repository.PathOf(page.Split('/'));
        var text = File.ReadAllText(file);
        var (begin, end) = ($"<!-- made from the code: {name} -->\n", $"<!-- end: {name} -->");
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = text.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= begin.Length && to >= from, $"{page} has no part '{name}': it stands between '{begin.Trim()}' and '{end.Trim()}'.");
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(file, text[..from] + part + text[to..]);
            return;
        }

        Assert.True(text[from..to] == part, $"{page}, part '{name}', is not what the code says. Run this test with {Update}=1 to write it anew, and look at the difference.");
    }
}

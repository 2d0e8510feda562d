using System.Text.RegularExpressions;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests.Rules;

/// <summary>Words that a finished file does not have, and places that only one machine has.</summary>
public static partial class BannedText
{
    // It must spell out what it looks for.
    private const string Self = "tests/Architecture.Tests/";

    // Where servers, wheels and data are beside a checkout is the tests' business alone.
    private static readonly string[] TestsAndHelpers = ["tests/", "test.sh", ".ci/run"];

    private static readonly (Regex Pattern, string Message)[] Everywhere = [
        (Unfinished(), "marks something unfinished: finish it, or take it out."),
        (Region(), "hides a file that is too long: split the file."),
        (NotImplemented(), "is a door painted on a wall: implement it, or take it out."),
        (MachinePath(), "is a path of one machine: take it from the environment, or make it relative."),
        (PackageHost(), "is the host of a package registry: which feeds a machine uses is its own configuration."),
        (PrivateAddress(), "is an address of somebody's private network: use 127.0.0.1, a name, or a setting."),
        (IssueNumber(), "points at a list that a reader may not have: say the reason here."),
    ];

    /// <summary>Banned text of a file.</summary>
    public static IEnumerable<Breach> Check(SourceFile file)
    {
        if (file.Path.StartsWith(Self, StringComparison.Ordinal))
        {
            yield break;
        }

        var mayNameShared = TestsAndHelpers.Any(place => file.Path.StartsWith(place, StringComparison.Ordinal));
        for (var line = 0; line < file.Lines.Length; line++)
        {
            foreach (var (pattern, message) in Everywhere)
            {
                if (pattern.Match(file.Lines[line]) is { Success: true } found)
                {
                    yield return new(file.Path, line + 1, $"'{found.Value.Trim()}' {message}");
                }
            }

            if (!mayNameShared && SharedFolder().IsMatch(file.Lines[line]))
            {
                yield return new(file.Path, line + 1, "names the folder 'shared' beside the checkout, which is for tests and their helpers only.");
            }
        }
    }

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"^\s*#\s*(end)?region\b")]
    private static partial Regex Region();

    [GeneratedRegex(@"\bNotImplementedException\b")]
    private static partial Regex NotImplemented();

    [GeneratedRegex(@"(?<![\w.}$/-])/(work|root|farm|Users|home/\w+)/[\w.-]+")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\b(api\.nuget\.org|registry\.npmjs\.org|registry\.yarnpkg\.com|files\.pythonhosted\.org|[\w.-]+\.jfrog\.io|artifactory\.[\w.-]+|nexus\.[\w-]+\.[\w.-]+)\b")]
    private static partial Regex PackageHost();

    [GeneratedRegex(@"(?<![\d.])(10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}|172\.(1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3})(?![\d.])")]
    private static partial Regex PrivateAddress();

    [GeneratedRegex(@"\b[Ii]ssues? #?\d+\b")]
    private static partial Regex IssueNumber();

    // Not our own folder of that name, whose projects begin with Streaming.
    [GeneratedRegex(@"\.\./shared\b(?!/(Streaming\.|Directory\.))")]
    private static partial Regex SharedFolder();
}

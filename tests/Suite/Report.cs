using System.Globalization;
using System.Text;

namespace Streaming.Suite;

/// <summary>What is said at the end.</summary>
internal static class Report
{
    /// <summary>The exit code where every test that ran passed, and at least one did.</summary>
    public const int Passed = 0;

    /// <summary>The exit code where something failed, or nothing ran.</summary>
    public const int Failed = 1;

    /// <summary>The exit code of a run.</summary>
    public static int ExitCode(IReadOnlyList<ProjectResult> results) =>
        results.Any(result => result.Failures.Count > 0) || results.Sum(result => result.Passed) == 0 ? Failed : Passed;

    /// <summary>Times, skipped tests with their reasons, failures with their messages; the last line has the three counts alone.</summary>
    public static string Text(IReadOnlyList<ProjectResult> results)
    {
        var text = new StringBuilder();
        text.AppendLine().AppendLine("    time  passed  failed  skipped  project");
        foreach (var result in results)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{result.Time.TotalSeconds,6:F1} s  {result.Passed,6}  {result.Failures.Count,6}  {result.Skipped.Count,7}  {result.Project}");
        }

        Skipped(text, results.SelectMany(result => result.Skipped).ToLookup(test => test.Message, test => test.Name));
        Failures(text, [.. results.SelectMany(result => result.Failures)]);
        if (ExitCode(results) == Failed && results.All(result => result.Failures.Count == 0))
        {
            text.AppendLine().AppendLine("No test passed: a run that tests nothing is a failure.");
        }

        var passed = results.Sum(result => result.Passed);
        var failed = results.Sum(result => result.Failures.Count);
        var skipped = results.Sum(result => result.Skipped.Count);
        return text.AppendLine().Append(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed, {skipped} skipped").ToString();
    }

    // What is skipped is skipped by the dozen for one reason.
    private static void Skipped(StringBuilder text, ILookup<string, string> namesByReason)
    {
        foreach (var reason in namesByReason)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Skipped, {reason.Count()}: {reason.Key}");
            foreach (var name in reason)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  {name}");
            }
        }
    }

    private static void Failures(StringBuilder text, List<TestCase> tests)
    {
        foreach (var test in tests)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Failed: {test.Name}");
            foreach (var line in test.Message.Split('\n'))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"      {line.TrimEnd()}");
            }
        }
    }
}

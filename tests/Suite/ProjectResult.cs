using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Streaming.Suite;

/// <summary>What came of one test project.</summary>
/// <param name="Project">Its name.</param>
/// <param name="Time">How long it ran.</param>
/// <param name="Passed">How many tests passed.</param>
/// <param name="Failures">The tests, and whatever else, that failed.</param>
/// <param name="Skipped">The tests that were skipped.</param>
internal sealed record ProjectResult(
    string Project, TimeSpan Time, int Passed, IReadOnlyList<TestCase> Failures, IReadOnlyList<TestCase> Skipped)
{
    private const int KeptLines = 60;

    /// <summary>Reads the results of a test project that ended by itself.</summary>
    /// <param name="project">Its name.</param>
    /// <param name="time">How long it ran.</param>
    /// <param name="exitCode">Its exit code.</param>
    /// <param name="results">xUnit's result file as text; empty where there is none.</param>
    /// <param name="output">What it printed.</param>
    public static ProjectResult Read(string project, TimeSpan time, int exitCode, string results, string output)
    {
        XElement root;
        try
        {
            root = XElement.Parse(results);
        }
        catch (XmlException)
        {
            return Broken(project, time, $"It ended with exit code {exitCode} and left no readable results. Its last output:\n{Tail(output)}");
        }

        var tests = root.Descendants("test").ToList();
        List<TestCase> failures = [
            .. tests.Where(test => Result(test) == "Fail").Select(Failed),
            .. root.Descendants("error").Select(Failed),
        ];
        if (exitCode != 0 && failures.Count == 0)
        {
            failures.Add(new(project, $"No test failed, yet it ended with exit code {exitCode}. Its last output:\n{Tail(output)}"));
        }

        return new(
            project,
            time,
            tests.Count(test => Result(test) == "Pass"),
            failures,
            [.. tests.Where(test => Result(test) == "Skip").Select(test => new TestCase(Name(test), Text(test, "reason")))]);
    }

    /// <summary>A test project that gave no results at all, which is a failure.</summary>
    public static ProjectResult Broken(string project, TimeSpan time, string message) => new(project, time, 0, [new(project, message)], []);

    /// <summary>The last lines of a text.</summary>
    public static string Tail(string output) => string.Join('\n', output.TrimEnd().Split('\n').TakeLast(KeptLines));

    private static string Result(XElement test) => (string?)test.Attribute("result") ?? "";

    private static string Name(XElement test) => (string?)test.Attribute("name") ?? "?";

    private static TestCase Failed(XElement test)
    {
        var place = (string?)test.Attribute("source-file") is { } file
            ? string.Create(CultureInfo.InvariantCulture, $"at {file}:{(string?)test.Attribute("source-line")}")
            : "";
        string[] parts = [Text(test, "message"), Text(test, "stack-trace"), place];
        return new(Name(test), string.Join('\n', parts.Where(part => part.Length > 0)));
    }

    private static string Text(XElement test, string name) => test.Descendants(name).FirstOrDefault()?.Value.Trim() ?? "";
}

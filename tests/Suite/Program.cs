using System.Globalization;
using System.Runtime.InteropServices;
using Streaming.Suite;

const int BadUsage = 64;
const int Interrupted = 130;
const string Measurements = "Benchmarks";

var root = FolderOfSolution(AppContext.BaseDirectory);
var projects = Directory.GetFiles(Path.Combine(root, "tests"), "*.Tests.csproj", SearchOption.AllDirectories)
    .Select(path => Path.GetFileNameWithoutExtension(path))
    .Append(Measurements)
    .Order(StringComparer.Ordinal)
    .ToList();

SuiteOptions options;
IReadOnlyList<string> chosen;
try
{
    options = SuiteOptions.Parse(args);
    chosen = options.Choose(projects);
}
catch (ArgumentException mistake)
{
    Console.Error.WriteLine(mistake.Message);
    return BadUsage;
}

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var folder = Directory.CreateDirectory(Path.Combine(root, "TestResults")).FullName;
var run = new ProjectRun(folder, options.Timeout);
var results = new List<ProjectResult>();
try
{
    foreach (var project in chosen)
    {
        Console.Write($"{project} ... ");
        var assembly = Path.Combine(root, "tests", project, "bin", "Release", "net10.0", project + ".dll");
        var result = await run.RunAsync(project, assembly, options.Filters(), stop.Token);
        results.Add(result);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Passed} passed, {result.Failures.Count} failed, {result.Skipped.Count} skipped in {result.Time.TotalSeconds:F1} s"));
    }
}
catch (OperationCanceledException)
{
    Console.WriteLine("interrupted; what it had started has been ended.");
    return Interrupted;
}

Console.WriteLine(Report.Text(results));
return Report.ExitCode(results);

static string FolderOfSolution(string folder) =>
    File.Exists(Path.Combine(folder, "Streaming.sln"))
        ? folder
        : FolderOfSolution(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("This program is not below the folder of Streaming.sln."));

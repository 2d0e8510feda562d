using System.CommandLine;
using System.Globalization;
using Streaming.Cli.Features;
using Streaming.Cli.Rendering;
using Streaming.Driver.Examples;
using Streaming.Features.Definitions;
using Streaming.Hosting;
using Streaming.Yaml;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming features test</c>: does a feature set compute what its examples say?</summary>
internal static class FeaturesTest
{
    private const string Help = """
        Runs the examples of feature sets: readings and attributes in, the vectors that must leave, when and why. They stand beside the set,
        NAME.examples.yaml beside NAME.yaml, and run through the chain's own code in memory; docs/TESTING.md tells what a file can say. What is not as
        expected is told with file, line and column and each value that differs.

        Exit codes: 0 all examples pass; 65 a file has mistakes; 78 a file is not there; 64 wrong options; 130 interrupted; 1 an example does not pass, or
        anything else.

        Examples:
          streaming features test deploy/samples/occupancy/features/occupancy.yaml
          streaming features test new.yaml --examples old.examples.yaml                         does a new version do what the old one did?
        """;

    public static Command Make()
    {
        var files = new Argument<string[]>("file") { Description = "Files of feature sets.", Arity = ArgumentArity.OneOrMore };
        var other = new Option<string?>("--examples") { Description = "The examples, where they are not beside the set." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new Command("test", Help) { files, other, json };
        command.SetAction((parsed, cancellation) =>
        {
            var examples = parsed.GetValue(files)!.SelectMany(file => Run(file, parsed.GetValue(other) ?? ExampleFile.PathBeside(file), cancellation)).ToList();
            var report = new TestReport(examples.Count(example => example.Passed), examples.Count(example => !example.Passed), examples);
            Answer.Write(report, FeaturesJson.Default.TestReport, parsed.GetValue(json), Lines);
            return Task.FromResult(report.Failed == 0 ? ExitCodes.Done : ExitCodes.Failure);
        });
        return command;
    }

    private static IEnumerable<TestedExample> Run(string file, string examples, CancellationToken cancellation)
    {
        var set = FeatureFiles.ReadOne(file);
        if (!File.Exists(examples))
        {
            throw new ConfigurationException([$"'{examples}': there is no such file. Write the examples of {set.Id} there, or name another file with --examples."]);
        }

        var problems = new YamlProblems(examples);
        var read = ExampleFile.Parse(File.ReadAllText(examples), set, problems) ?? throw FeatureFiles.Wrong(problems);
        foreach (var example in read.Examples)
        {
            cancellation.ThrowIfCancellationRequested();
            var result = ExampleRun.One(example, set, read.Tolerance);
            yield return new TestedExample(set.Id, examples, example.Line, example.Column, example.Name, result.Passed, result.Faults);
        }
    }

    private static IEnumerable<string> Lines(TestReport report)
    {
        foreach (var example in report.Examples)
        {
            yield return $"{(example.Passed ? "passed" : "failed")}  {example.FeatureSet}  {example.Name}";
            foreach (var fault in example.Faults)
            {
                yield return $"        {new YamlProblem(example.File, fault.Line, fault.Column, fault.Message)}";
                if (fault.Differences.Count > 0)
                {
                    var table = new TextTable("", "expected", "found");
                    foreach (var difference in fault.Differences)
                    {
                        table.Add(difference.What, difference.Expected, difference.Found);
                    }

                    foreach (var line in table.Lines())
                    {
                        yield return $"          {line}";
                    }
                }
            }
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"{report.Passed} passed, {report.Failed} failed");
    }
}

/// <summary>What became of all examples.</summary>
internal sealed record TestReport(int Passed, int Failed, IReadOnlyList<TestedExample> Examples);

/// <summary>What became of one.</summary>
internal sealed record TestedExample(string FeatureSet, string File, int Line, int Column, string Name, bool Passed, IReadOnlyList<ExampleFault> Faults);

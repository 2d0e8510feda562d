using System.CommandLine;
using Streaming.Cli.Features;
using Streaming.Cli.Rendering;
using Streaming.Features.Definitions;
using Streaming.Hosting;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming features explain</c>: what a feature set computes, and what it takes.</summary>
internal static class FeaturesExplain
{
    private const string Help = """
        Says what a feature set computes: each value of its vectors by position, what it is made of and what stands there where it is missing; when
        vectors leave; what is looked back at and joined; and what it takes: memory, retention, topics.

        Memory is that of FeatureAssembly's state, for entities that send evenly. How long sensor.readings must be kept follows from reviseFor and the
        longest outage that you plan for (docs/TIME.md, rule 12).

        Exit codes: 0 done; 65 the file has mistakes; 78 it is not there, or an option has no sense; 64 wrong options; 130 interrupted; 1 anything
        else.

        Examples:
          streaming features explain deploy/samples/occupancy/features/occupancy.yaml
          streaming features explain herd.yaml --readings 60 --entities 1000000 --outage 2d --json
        """;

    private const double UsualReadings = 10;

    public static Command Make()
    {
        var file = new Argument<string>("file") { Description = "The feature set." };
        var readings = new Option<double?>("--readings") { Description = "Readings of an entity in a bucket, for the memory; default: what the set expects, else 10." };
        var entities = new Option<long>("--entities") { Description = "Entities in all, for the memory.", DefaultValueFactory = _ => 1_000_000 };
        var outage = new Option<string>("--outage") { Description = "The longest outage that is planned for.", DefaultValueFactory = _ => "1d" };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new Command("explain", Help) { file, readings, entities, outage, json };
        command.SetAction((parsed, _) =>
        {
            var (inBucket, count, text) = (parsed.GetValue(readings), parsed.GetValue(entities), parsed.GetValue(outage)!);
            var wrong = new List<string>();
            if (inBucket is { } given && !(given >= 0 && double.IsFinite(given)))
            {
                wrong.Add($"--readings '{given}': must be 0 or more.");
            }

            if (count < 0)
            {
                wrong.Add($"--entities '{count}': must be 0 or more.");
            }

            if (!Duration.TryParse(text, out var longest))
            {
                wrong.Add($"--outage '{text}': must be a length of time such as 12h or 2d.");
            }

            if (wrong.Count > 0)
            {
                throw new ConfigurationException(wrong);
            }

            var set = FeatureFiles.ReadOne(parsed.GetValue(file)!);
            var report = ExplainReport.Of(set, inBucket ?? set.ExpectedReadings ?? UsualReadings, count, TimeSpan.FromMilliseconds(longest));
            Answer.Write(report, FeaturesJson.Default.ExplainReport, parsed.GetValue(json), ExplainText.Lines);
            return Task.FromResult(ExitCodes.Done);
        });
        return command;
    }
}

using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Streaming.Cli.Features;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming features</c>: feature sets before they run anywhere.</summary>
internal static class FeaturesCommand
{
    private const string Help = """
        Feature sets before they run anywhere: what is wrong with a file, what it computes, and whether it computes what its examples say. No cluster
        is needed. docs/FEATURES.md tells what a file can say.

        Examples:
          streaming features check deploy/samples/occupancy/features
          streaming features explain deploy/samples/occupancy/features/occupancy.yaml
          streaming features test deploy/samples/occupancy/features/occupancy.yaml
        """;

    public static Command Make() => new("features", Help) { FeaturesCheck.Make(), FeaturesExplain.Make(), FeaturesTest.Make() };
}

[JsonSerializable(typeof(CheckReport))]
[JsonSerializable(typeof(ExplainReport))]
[JsonSerializable(typeof(TestReport))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class FeaturesJson : JsonSerializerContext;

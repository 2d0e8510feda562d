using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Testing;

namespace Streaming.Avro.Tests;

/// <summary>
/// Every schema against every version ever released. With <c>STREAMING_RELEASE_SCHEMAS</c> set to a number that is not there yet, the present
/// schemas are first written as that release.
/// </summary>
public sealed class ReleasedSchemasTests
{
    private static readonly string Folder = Repository.PathOf("schemas", "released");
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public ReleasedSchemasTests()
    {
        if (Environment.GetEnvironmentVariable("STREAMING_RELEASE_SCHEMAS") is { Length: > 0 } number && !Directory.Exists(Path.Combine(Folder, number)))
        {
            var release = Directory.CreateDirectory(Path.Combine(Folder, number));
            foreach (var topic in Topics.All)
            {
                File.WriteAllText(Path.Combine(release.FullName, FileOf(topic)), JsonNode.Parse(topic.Schema.Text)!.ToJsonString(Readable) + "\n");
            }
        }
    }

    public static TheoryData<string> Names => [.. Topics.All.Select(topic => topic.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_schema_keeps_to_its_level_against_every_release(string name)
    {
        var topic = Topics.All.Single(topic => topic.Name == name);
        var earlier = Releases().Select(release => Path.Combine(release, FileOf(topic))).Where(File.Exists).Select(Read).ToArray();

        Assert.Empty(SchemaCompatibility.Check(topic.Compatibility, topic.Schema, earlier));
    }

    [Fact]
    public void A_topic_that_was_released_does_not_vanish_and_the_first_release_had_them_all()
    {
        var known = Topics.All.Select(FileOf).ToHashSet();

        Assert.Subset(known, Releases().SelectMany(Directory.GetFiles).Select(file => Path.GetFileName(file)).ToHashSet());
        Assert.Equal(known, Directory.GetFiles(Releases()[0]).Select(file => Path.GetFileName(file)).ToHashSet());
    }

    [Theory]
    [InlineData("sensor.raw", """{"name":"added","type":"string"}""", true)]
    [InlineData("sensor.raw", """{"name":"added","type":"string","default":""}""", false)]
    [InlineData("predictions", """{"name":"added","type":"string","default":""}""", false)]
    public void A_field_may_only_be_added_with_a_default(string name, string field, bool isRefused)
    {
        var topic = Topics.All.Single(topic => topic.Name == name);
        var text = JsonNode.Parse(topic.Schema.Text)!;
        text["fields"]!.AsArray().Add(JsonNode.Parse(field));

        Assert.Equal(isRefused, SchemaCompatibility.Check(topic.Compatibility, AvroSchema.Parse(text.ToJsonString()), [topic.Schema]).Count > 0);
    }

    [Fact]
    public void What_others_read_may_lose_no_field_without_a_default()
    {
        var text = JsonNode.Parse(Prediction.SchemaText)!;
        text["fields"]!.AsArray().RemoveAt(0);
        var smaller = AvroSchema.Parse(text.ToJsonString());

        Assert.NotEmpty(SchemaCompatibility.Check(Topics.Predictions.Compatibility, smaller, [Prediction.Schema]));
        Assert.Empty(SchemaCompatibility.Check(CompatibilityLevel.BackwardTransitive, smaller, [Prediction.Schema]));
    }

    private static string FileOf(Topic topic) => TopicNames.Plain.SubjectOf(topic) + ".avsc";

    private static AvroSchema Read(string path) => AvroSchema.Parse(File.ReadAllText(path));

    private static string[] Releases() =>
        [.. Directory.GetDirectories(Folder).OrderBy(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))];
}

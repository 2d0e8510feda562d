using System.Text.Json.Nodes;
using Streaming.Avro.Registry;
using Streaming.Contracts;

namespace Streaming.Registry.Tests;

/// <summary>The schemas of every topic in a registry.</summary>
public abstract class SubjectSetupConformance : RegistryTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TopicNames _names = new($"setup-{Guid.NewGuid():n}.");

    private SubjectSetup Setup => new(Client, _names);

    [Fact]
    public async Task Every_topic_is_registered_at_its_level_and_a_second_time_changes_nothing()
    {
        var ids = await Setup.RegisterAsync(Topics.All, None);
        var again = await Setup.RegisterAsync(Topics.All, None);
        var found = await Setup.FindAsync(Topics.All, None);

        Assert.Equal(Topics.All.ToHashSet(), ids.Keys.ToHashSet());
        Assert.Equal(ids, again);
        Assert.Equal(ids, found);
        foreach (var topic in Topics.All)
        {
            var subject = _names.SubjectOf(topic);
            Assert.Equal([1], await Client.ListVersionsAsync(subject, None));
            Assert.Equal(topic.Compatibility, await Client.FindCompatibilityAsync(subject, None));
            Assert.True(Avro.AvroSchema.TryParse((await Client.FindByIdAsync(ids[topic], None))!.Text, out var kept, out var error), error);
            Assert.Equal(topic.Schema.CanonicalText, kept!.CanonicalText);
        }
    }

    [Fact]
    public async Task Looking_up_before_the_set_up_names_every_missing_subject()
    {
        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => Setup.FindAsync(Topics.All, None));

        Assert.Equal(RegistryFault.Configuration, failure.Fault);
        Assert.All(Topics.All, topic => Assert.Contains($"'{_names.SubjectOf(topic)}'", failure.Message, StringComparison.Ordinal));
        Assert.Contains("streaming init", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subjects_with_somebody_elses_schemas_are_refused_by_name_and_the_others_set_up()
    {
        var taken = new[] { Topics.SensorRaw, Topics.SensorReadings };
        foreach (var topic in taken)
        {
            await Client.RegisterAsync(_names.SubjectOf(topic), """{"type":"record","name":"Other","fields":[{"name":"x","type":"int"}]}""", None);
        }

        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => Setup.RegisterAsync(Topics.All, None));

        Assert.Equal(RegistryFault.Incompatible, failure.Fault);
        Assert.Equal(2, failure.Message.Split(Environment.NewLine).Length);
        Assert.All(taken, topic => Assert.Contains($"Subject '{_names.SubjectOf(topic)}' (level {topic.Compatibility.ToName()}, holding version 1 with id ", failure.Message, StringComparison.Ordinal));
        Assert.Equal(Topics.All.Count - 2, (await Setup.FindAsync(Topics.All.Except(taken), None)).Count);
    }

    [Fact]
    public async Task No_topic_takes_a_schema_that_breaks_its_level()
    {
        await Setup.RegisterAsync(Topics.All, None);
        foreach (var topic in Topics.All)
        {
            var subject = _names.SubjectOf(topic);

            await AssertRefusedAsync(subject, "\"int\"");

            // A new field that old data does not have breaks every level that we use.
            await AssertRefusedAsync(subject, Changed(topic, fields => fields.Add(JsonNode.Parse("""{"name":"added","type":"long"}"""))));

            // Taking away what old consumers need breaks only those levels that look forward.
            var narrower = Changed(topic, fields => fields.Remove(fields.First(field => field!["type"] is JsonValue && field["default"] is null)));
            if (topic.Compatibility.ReadByEarlier())
            {
                await AssertRefusedAsync(subject, narrower);
            }
            else
            {
                await Client.RegisterAsync(subject, narrower, None);
            }
        }
    }

    [Fact]
    public async Task A_schema_that_others_have_moved_on_from_is_still_found()
    {
        var ids = await Setup.RegisterAsync([Topics.Predictions], None);
        var newer = Changed(Topics.Predictions, fields => fields.Add(JsonNode.Parse("""{"name":"added","type":"long","default":0}""")));
        var newerId = await Client.RegisterAsync(_names.SubjectOf(Topics.Predictions), newer, None);

        Assert.NotEqual(newerId, ids[Topics.Predictions]);
        Assert.Equal(ids, await Setup.RegisterAsync([Topics.Predictions], None));
        Assert.Equal(ids, await Setup.FindAsync([Topics.Predictions], None));
        Assert.Equal([1, 2], await Client.ListVersionsAsync(_names.SubjectOf(Topics.Predictions), None));
    }

    private static string Changed(Topic topic, Action<JsonArray> change)
    {
        var schema = JsonNode.Parse(topic.Schema.Text)!;
        var record = schema is JsonArray branches ? branches[0]! : schema;
        change(record["fields"]!.AsArray());
        return schema.ToJsonString();
    }

    private async Task AssertRefusedAsync(string subject, string schema)
    {
        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => Client.RegisterAsync(subject, schema, None));
        Assert.Equal(RegistryFault.Incompatible, failure.Fault);
    }
}

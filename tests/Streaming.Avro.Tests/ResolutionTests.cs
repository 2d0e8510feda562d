using Streaming.Contracts;

namespace Streaming.Avro.Tests;

/// <summary>What resolution promises, case by case; <see cref="FastavroResolutionTests"/> has the multitude.</summary>
public sealed class ResolutionTests
{
    [Fact]
    public void The_same_schema_costs_nothing()
    {
        var body = AvroCodec.ToBody(new StateBlob { Offset = 1, Blob = [1, 2] });
        Assert.True(ResolutionPlan.TryCreate(AvroSchema.Parse(StateBlob.SchemaText), StateBlob.Schema, out var plan, out _));

        Assert.True(plan!.IsIdentity);
        Assert.Equal(AvroStatus.Ok, plan.Resolve(body, new AvroBuffer(), AvroLimits.Default, out var resolved));
        Assert.True(resolved == body.AsSpan());
    }

    [Fact]
    public void A_devices_own_schema_becomes_a_reading()
    {
        var writer = AvroSchema.Parse("""
            {"type":"record","name":"Reading","namespace":"vendor","fields":[
              {"name":"firmware","type":"string"},
              {"name":"values","type":{"type":"map","values":"int"}},
              {"name":"sequence","type":"int"},
              {"name":"event_time","type":"long"},
              {"name":"entity_id","type":"bytes"}]}
            """);
        var reader = AvroSchema.Parse(SensorReading.SchemaText
            .Replace("\"namespace\":\"streaming\",\"doc\":\"What a device", "\"namespace\":\"streaming\",\"aliases\":[\"vendor.Reading\"],\"doc\":\"What a device", StringComparison.Ordinal)
            .Replace("\"name\":\"metrics\",", "\"name\":\"metrics\",\"aliases\":[\"values\"],", StringComparison.Ordinal));
        var buffer = new AvroBuffer();
        var body = new AvroWriter(buffer);
        body.WriteString("1.2");
        body.WriteBlock(1);
        body.WriteString("temperature");
        body.WriteInt(21);
        body.WriteEnd();
        body.WriteInt(7);
        body.WriteLong(1_700_000_000_000);
        body.WriteBytes("room-1"u8);
        Assert.True(ResolutionPlan.TryCreate(writer, reader, out var plan, out var error), error);

        Assert.Equal(AvroStatus.Ok, plan!.Resolve(buffer.WrittenSpan, new AvroBuffer(), AvroLimits.Default, out var resolved));
        Assert.Equal(AvroStatus.Ok, AvroCodec.TryDecode<SensorReading>(resolved, AvroLimits.Default, out var reading));
        Assert.Equal(
            new SensorReading
            {
                EntityId = "room-1", EventTime = 1_700_000_000_000, Metrics = new Dictionary<string, double> { ["temperature"] = 21 }, Sequence = 7,
            },
            reading);
    }

    [Theory]
    [InlineData("""{"type":"record","name":"SensorReading","fields":[{"name":"entity_id","type":"string"},{"name":"event_time","type":"long"}]}""",
        "metrics: the writer has no such field, and the reader no default for it")]
    [InlineData("""{"type":"record","name":"SensorReading","fields":[{"name":"entity_id","type":"int"}]}""", "entity_id: the writer's int cannot be read as string")]
    [InlineData("""{"type":"record","name":"Other","fields":[]}""", "the writer's record 'Other' is not the reader's record 'streaming.SensorReading', nor one of its aliases")]
    [InlineData("""{"type":"record","name":"SensorReading","fields":[{"name":"entity_id","type":"string"},{"name":"event_time","type":{"type":"long","logicalType":"timestamp-micros"}}]}""",
        "event_time: the writer's values are timestamp-micros, the reader's timestamp-millis: another meaning of the same bytes")]
    [InlineData("\"string\"", "the writer's string cannot be read as record 'streaming.SensorReading'")]
    public void Schemas_that_do_not_match_are_refused_with_the_field(string writer, string rule)
    {
        Assert.False(ResolutionPlan.TryCreate(AvroSchema.Parse(writer), SensorReading.Schema, out var plan, out var error));

        Assert.Null(plan);
        Assert.Equal(rule, error);
    }

    [Fact]
    public void A_branch_that_does_not_match_spoils_only_its_own_values()
    {
        var writer = AvroSchema.Parse("""["string",{"type":"record","name":"StateBlob","namespace":"streaming","fields":[{"name":"offset","type":"int"},{"name":"blob","type":"bytes"}]}]""");
        Assert.True(ResolutionPlan.TryCreate(writer, StateBlob.Schema, out var plan, out _));

        Assert.Equal(AvroStatus.Ok, plan!.Resolve([2, 8, 0], new AvroBuffer(), AvroLimits.Default, out var resolved));
        Assert.Equal([8, 0], resolved.ToArray());
        Assert.Equal(AvroStatus.UnknownBranch, plan.Resolve([0, 0], new AvroBuffer(), AvroLimits.Default, out _));
        Assert.NotEmpty(SchemaCompatibility.Check(StateBlob.Schema, writer));
    }

    [Fact]
    public void What_is_compatible_resolves_for_every_value()
    {
        var compatible = 0;
        foreach (var record in RecordCase.All)
        {
            var mutations = new SchemaMutations(seed: 31);
            for (var i = 0; i < 150; i++)
            {
                var (writer, reader) = mutations.Pair(record.Schema);
                if (SchemaCompatibility.Check(reader, writer).Count > 0)
                {
                    continue;
                }

                compatible++;
                Assert.True(ResolutionPlan.TryCreate(writer, reader, out var plan, out var error), error);
                var values = new RandomValues(i);
                for (var j = 0; j < 5; j++)
                {
                    Assert.Equal(AvroStatus.Ok, plan!.Resolve(values.Body(writer), new AvroBuffer(), AvroLimits.Default, out _));
                }
            }
        }

        Assert.InRange(compatible, 200, RecordCase.All.Count * 150);
    }

    [Fact]
    public void An_unknown_symbol_takes_the_default_or_is_refused()
    {
        var writer = AvroSchema.Parse("""{"type":"enum","name":"E","symbols":["b","new","a"]}""");
        var withDefault = AvroSchema.Parse("""{"type":"enum","name":"E","symbols":["a","b"],"default":"a"}""");
        var without = AvroSchema.Parse("""{"type":"enum","name":"E","symbols":["a","b"]}""");

        Assert.Equal([2, 0, 0], Symbols(writer, withDefault));
        Assert.Equal([2, null, 0], Symbols(writer, without));
        Assert.Empty(SchemaCompatibility.Check(withDefault, writer));
        Assert.Equal(["the symbols new are unknown to the reader, which has no default"], SchemaCompatibility.Check(without, writer));
    }

    private static int?[] Symbols(AvroSchema writer, AvroSchema reader)
    {
        Assert.True(ResolutionPlan.TryCreate(writer, reader, out var plan, out _));
        return [.. new byte[] { 0, 2, 4 }.Select(body => plan!.Resolve([body], new AvroBuffer(), AvroLimits.Default, out var resolved) == AvroStatus.Ok ? resolved[0] : default(int?))];
    }
}

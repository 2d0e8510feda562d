using System.Globalization;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Testing;

namespace Streaming.Avro.Tests;

/// <summary>The table for people says what the list for programs says.</summary>
public sealed class SchemasReadmeTests
{
    [Fact]
    public void The_table_of_topics_is_that_of_the_code()
    {
        var table = File.ReadAllLines(Repository.PathOf("schemas", "README.md"))
            .SkipWhile(line => !line.StartsWith("| topic |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'));

        Assert.Equal(Topics.All.Select(Row), table);
    }

    [Fact]
    public void Every_schema_file_is_used_by_a_topic()
    {
        var used = Topics.All.SelectMany(topic => NamesOf(topic.Schema)).Concat(Topics.All.Select(topic => topic.Record)).ToHashSet();
        var files = Directory.GetFiles(Repository.PathOf("schemas"), "*.avsc").Select(file => Pascal(Path.GetFileNameWithoutExtension(file)));

        Assert.Subset(used, files.ToHashSet());
    }

    private static string Row(Topic topic) =>
        $"| `{topic.Name}` | {topic.Record} | {topic.Key} | {Cleanup(topic)} | {topic.Partitions switch { TopicPartitions.Entity => "entity", TopicPartitions.One => "1", _ => "any" }} | "
        + $"{topic.Compatibility.ToName()}{(topic.IsInternal ? ", internal" : "")} | {topic.WrittenBy} | {topic.ReadBy} |";

    private static string Cleanup(Topic topic) => topic.Settings["cleanup.policy"] == "compact" ? "compact"
        : topic.Settings["retention.ms"] == "-1" ? "for ever"
        : $"{TimeSpan.FromMilliseconds(long.Parse(topic.Settings["retention.ms"], CultureInfo.InvariantCulture)).TotalDays:0} days";

    private static IEnumerable<string> NamesOf(AvroSchema schema) => schema switch
    {
        RecordSchema record => record.Fields.SelectMany(field => NamesOf(field.Schema)).Append(record.Name),
        NamedSchema named => [named.Name],
        ArraySchema array => NamesOf(array.Items),
        MapSchema map => NamesOf(map.Values),
        UnionSchema union => union.Branches.SelectMany(NamesOf),
        _ => [],
    };

    private static string Pascal(string name) => string.Concat(name.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
}

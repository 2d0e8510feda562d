using Streaming.Contracts;

namespace Streaming.Avro.Tests;

public sealed class SchemaTests
{
    [Theory]
    [InlineData("\"null\"")]
    [InlineData("\"long\"")]
    [InlineData("""{"type":"long","logicalType":"timestamp-millis"}""")]
    [InlineData("""{"type":"map","values":["null","double"]}""")]
    [InlineData("""{"type":"fixed","name":"Hash","namespace":"a.b","size":32}""")]
    [InlineData("""{"type":"enum","name":"E","doc":"d","aliases":["Old"],"symbols":["a","b"],"default":"b"}""")]
    [InlineData("""[{"type":"record","name":"R","namespace":"n","fields":[{"name":"f","type":"int","default":-1,"doc":"\"q\"\u0001ä","aliases":["g"]}]},"string"]""")]
    public void A_text_is_kept(string text)
    {
        var schema = AvroSchema.Parse(text);

        Assert.Equal(text, schema.Text);
        Assert.Equal(schema, AvroSchema.Parse(schema.Text));
    }

    [Fact]
    public void Every_generated_text_stands_alone() =>
        Assert.All(RecordCase.All, record => Assert.Equal(record.Schema, AvroSchema.Parse(record.Schema.Text)));

    [Fact]
    public void The_canonical_form_is_the_specifications()
    {
        var schema = AvroSchema.Parse("""
            { "namespace": "n", "doc": "x", "type": "record", "name": "R", "aliases": ["Old"], "fields": [
              { "type": { "type": "long", "logicalType": "timestamp-millis" }, "default": 0, "name": "t" },
              { "name": "e", "type": { "name": "E", "symbols": ["a"], "type": "enum", "default": "a" } },
              { "name": "again", "type": "E" }, { "name": "f", "type": { "size": 4, "name": "m.F", "type": "fixed" } } ] }
            """);

        Assert.Equal(
            """{"name":"n.R","type":"record","fields":[{"name":"t","type":"long"},{"name":"e","type":{"name":"n.E","type":"enum","symbols":["a"]}},"""
            + """{"name":"again","type":"n.E"},{"name":"f","type":{"name":"m.F","type":"fixed","size":4}}]}""",
            schema.CanonicalText);
    }

    [Theory]
    [InlineData("", 1, 1, "ends where a value is expected")]
    [InlineData("{\"type\":\"int\"", 1, 14, "'}' is expected")]
    [InlineData("\"int\" x", 1, 7, "nothing may follow")]
    [InlineData("{\"type\":\"int\",\"type\":\"long\"}", 1, 15, "only once")]
    [InlineData("[\n  \"int\",\n  \"nope\"\n]", 3, 3, "type 'nope' is not defined")]
    [InlineData("\"\\u00g0\"", 1, 7, "four hexadecimal digits")]
    [InlineData("01x", 1, 1, "a JSON value is expected")]
    [InlineData("{\"type\":\"array\"}", 1, 1, "'items' is missing")]
    [InlineData("{\"type\":\"record\",\"name\":\"1R\",\"fields\":[]}", 1, 25, "is not a name")]
    [InlineData("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[]}", 1, 1, "at least one symbol")]
    [InlineData("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"a\",\"a\"]}", 1, 42, "used twice")]
    [InlineData("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"a\"],\"default\":\"b\"}", 1, 53, "is not a symbol")]
    [InlineData("[]", 1, 1, "at least one branch")]
    [InlineData("[\"int\",\"int\"]", 1, 8, "only once")]
    [InlineData("[\"int\",[\"long\"]]", 1, 8, "may not directly hold a union")]
    [InlineData("{\"type\":\"fixed\",\"name\":\"F\",\"size\":-1}", 1, 35, "whole number of bytes")]
    [InlineData("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"aliases\":[\"a\"],\"type\":\"int\"}]}", 1, 65, "used twice")]
    [InlineData("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\",\"default\":3000000000}]}", 1, 74, "must be a whole number of 32 bits")]
    [InlineData("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":[\"null\",\"int\"],\"default\":1}]}", 1, 83, "first branch")]
    public void A_bad_text_is_refused_with_its_place(string text, int line, int column, string rule)
    {
        var fault = Assert.Throws<AvroSchemaException>(() => AvroSchema.Parse(text));

        Assert.Contains(rule, fault.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (fault.Line, fault.Column));
    }

    [Theory]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"next","type":["null","R"]}]}""")]
    [InlineData("""{"type":"record","name":"a.R","fields":[{"name":"x","type":{"type":"map","values":{"type":"record","name":"S","fields":[{"name":"y","type":"a.R"}]}}}]}""")]
    public void Recursion_is_refused(string text) =>
        Assert.Contains("contains itself", Assert.Throws<AvroSchemaException>(() => AvroSchema.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_schema_that_explodes_is_refused()
    {
        // Each record holds the one before it twice: a few lines, and a value of them has 2^40 parts.
        var fields = Enumerable.Range(1, 40).Select(i =>
            $"{{\"name\":\"f{i}\",\"type\":{{\"type\":\"record\",\"name\":\"R{i}\",\"fields\":[{{\"name\":\"a\",\"type\":\"R{i - 1}\"}},{{\"name\":\"b\",\"type\":\"R{i - 1}\"}}]}}}}");
        var text = """{"type":"record","name":"R","fields":[{"name":"f0","type":{"type":"record","name":"R0","fields":[]}},""" + string.Join(',', fields) + "]}";

        Assert.Contains("types at most", Assert.Throws<AvroSchemaException>(() => AvroSchema.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(100_000, false)]
    public void A_schema_has_a_greatest_depth(int depth, bool isGood)
    {
        var text = string.Concat(Enumerable.Repeat("""{"type":"array","items":""", depth)) + "\"int\"" + new string('}', depth);

        Assert.Equal(isGood, AvroSchema.TryParse(text, out _, out _));
    }

    [Fact]
    public void Files_may_refer_to_each_other_in_any_order_and_each_fault_is_told_once()
    {
        var set = AvroSchemaSet.Parse(
        [
            new("a.avsc", """{"type":"record","name":"A","namespace":"n","fields":[{"name":"b","type":"n.B"},{"name":"again","type":"B"}]}"""),
            new("b.avsc", """{"type":"enum","name":"B","namespace":"n","symbols":["x"]}"""),
            new("c.avsc", """["n.A","n.D"]"""),
            new("d.avsc", "{\"type\":\"record\",\"name\":\"n.D\",\n\"fields\":[{\"name\":\"e\",\"type\":\"n.E\"}]}"),
            new("f.avsc", """{"type":"record","name":"F","fields":[{"name":"g","type":"G"}]}"""),
            new("g.avsc", """{"type":"record","name":"G","fields":[{"name":"f","type":"F"}]}"""),
        ]);

        Assert.Equal(
            """{"type":"record","name":"A","namespace":"n","fields":[{"name":"b","type":{"type":"enum","name":"B","namespace":"n","symbols":["x"]}},{"name":"again","type":"n.B"}]}""",
            set.Files[0].Schema!.Text);
        Assert.NotNull(set.Files[1].Schema);
        Assert.Equal("c.avsc(1,8): type 'n.D' has a fault of its own in 'd.avsc'", set.Files[2].Fault!.Message);
        Assert.Equal("d.avsc(2,30): type 'n.E' is not defined", set.Files[3].Fault!.Message);
        Assert.Contains(set.Files.Skip(4), file => file.Fault!.Message.Contains("contains itself", StringComparison.Ordinal));
    }

    [Fact]
    public void Symbols_are_written_as_the_schema_has_them()
    {
        Assert.Equal("not_framed", DeadLetterReason.NotFramed.ToSymbol());
        Assert.True(DeadLetterReasonSymbols.TryParse("time_in_future", out var reason));
        Assert.Equal(DeadLetterReason.TimeInFuture, reason);
        Assert.False(DeadLetterReasonSymbols.TryParse("TimeInFuture", out _));
    }
}

namespace Streaming.Avro.Tests;

/// <summary>Every schema, both ways, against fastavro.</summary>
public sealed class FastavroTests
{
    private const int ValuesEach = 400;

    [Fact]
    public async Task Fastavro_reads_what_we_write()
    {
        var exchange = new Exchange();
        var expected = new Dictionary<int, string>();
        foreach (var record in RecordCase.All)
        {
            exchange.Ask($"schema {record.Name} {record.Schema.Text}");
            var values = new RandomValues(seed: 1);
            for (var i = 0; i < ValuesEach; i++)
            {
                Assert.Equal(AvroStatus.Ok, record.TryDecode(values.Body(record.Schema), AvroLimits.Default, out var value));
                var number = exchange.Ask($"read {record.Name} {Convert.ToHexString(record.Encode(value!))}");
                expected.Add(number, Dump.Of(record.Schema, value));
            }
        }

        var answers = await exchange.AnswersAsync();
        Assert.All(expected, pair => Assert.Equal(pair.Value, answers[pair.Key]));
    }

    [Fact]
    public async Task We_read_what_fastavro_writes()
    {
        var exchange = new Exchange();
        var questions = new List<(int Number, RecordCase Record)>();
        foreach (var record in RecordCase.All)
        {
            exchange.Ask($"schema {record.Name} {record.Schema.Text}");
            for (var seed = 0; seed < ValuesEach; seed++)
            {
                questions.Add((exchange.Ask($"write {record.Name} {seed}"), record));
            }
        }

        var answers = await exchange.AnswersAsync();
        Assert.All(questions, question =>
        {
            var parts = answers[question.Number].Split(' ');
            var body = Convert.FromHexString(parts[0]);
            Assert.Equal(AvroStatus.Ok, question.Record.TryDecode(body, AvroLimits.Default, out var value));
            Assert.Equal(parts[1], Dump.Of(question.Record.Schema, value));

            // And once more through our own writer: the value does not change.
            Assert.Equal(AvroStatus.Ok, question.Record.TryDecode(question.Record.Encode(value!), AvroLimits.Default, out var again));
            Assert.Equal(value, again);
        });
    }
}

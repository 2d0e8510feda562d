namespace Streaming.Avro.Tests;

/// <summary>Resolution of changed schemas, against fastavro's.</summary>
public sealed class FastavroResolutionTests
{
    private const int PairsEach = 120;
    private const int ValuesEach = 6;

    [Fact]
    public async Task A_changed_schema_is_read_as_fastavro_reads_it()
    {
        var exchange = new Exchange();
        var questions = new List<(int Number, ResolutionPlan Plan, byte[] Body)>();
        foreach (var record in RecordCase.All)
        {
            var mutations = new SchemaMutations(seed: 7);
            for (var i = 0; i < PairsEach; i++)
            {
                var (writer, reader) = mutations.Pair(record.Schema);
                if (!ResolutionPlan.TryCreate(writer, reader, out var plan, out _))
                {
                    Assert.NotEmpty(SchemaCompatibility.Check(reader, writer));
                    continue;
                }

                exchange.Ask($"schema w{record.Name}{i} {writer.Text}");
                exchange.Ask($"schema r{record.Name}{i} {reader.Text}");
                var values = new RandomValues(i);
                for (var j = 0; j < ValuesEach; j++)
                {
                    var body = values.Body(writer);
                    questions.Add((exchange.Ask($"resolve w{record.Name}{i} r{record.Name}{i} {Convert.ToHexString(body)}"), plan!, body));
                }
            }
        }

        var answers = await exchange.AnswersAsync();
        Assert.All(questions, question =>
        {
            var answer = answers[question.Number];
            var expected = answer.StartsWith("error", StringComparison.Ordinal) ? null : answer;
            var status = question.Plan.Resolve(question.Body, new AvroBuffer(), AvroLimits.Default, out var resolved);

            // A branch whose fields do not resolve is refused as a whole; fastavro only minds a field that it comes to.
            if (status != AvroStatus.UnknownBranch)
            {
                Assert.Equal(expected, status == AvroStatus.Ok ? Dump.TryOf(question.Plan.Reader, resolved) : null);
            }
        });

        // A test of refusals alone would prove nothing.
        Assert.InRange(answers.Count(answer => answer.StartsWith('(')), questions.Count / 2, questions.Count);
        Assert.InRange(questions.Count(question => question.Plan.IsIdentity), 1, questions.Count / 2);
    }
}

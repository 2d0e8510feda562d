namespace Streaming.Avro.Tests;

/// <summary>Whatever the bytes: a status, no exception, and no more memory than a few times their size.</summary>
public sealed class BadBytesTests
{
    private const int ValuesEach = 4000;

    // An object's header, a map's first entries: what even a tiny value costs.
    private const int Fixed = 2048;

    // The worst is a tick's list: two bytes become an object of 32, referred to from an array that grows.
    private const int TimesTheirSize = 40;

    [Fact]
    public void Decoding_never_throws_and_stays_within_its_memory()
    {
        foreach (var record in RecordCase.All)
        {
            var values = new RandomValues(seed: 11);
            var bad = new BadBytes(seed: 12);
            for (var i = 0; i < ValuesEach; i++)
            {
                var body = bad.Of(values.Body(record.Schema));
                var before = GC.GetAllocatedBytesForCurrentThread();

                var status = record.TryDecode(body, AvroLimits.Default, out var value);

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Fixed + (TimesTheirSize * body.Length));
                Assert.Equal(status == AvroStatus.Ok, value is not null);
            }
        }
    }

    [Theory]
    [InlineData("GroupFeatures", 8, 8, true, 1)]
    [InlineData("GroupFeatures", 8, 8, true, 20_000)]
    [InlineData("JobEvent", 7, 1, true, 1)]
    [InlineData("JobEvent", 7, 1, true, 20_000)]
    [InlineData("Tick", 1, 2, false, 1)]
    [InlineData("Tick", 1, 2, false, 20_000)]
    [InlineData("FeatureSet", 4, 3, false, 1)]
    [InlineData("FeatureSet", 4, 3, false, 20_000)]
    public void Many_tiny_items_stay_within_their_memory(string name, int zerosBefore, int zerosEach, bool isMap, int blockSize)
    {
        var record = RecordCase.All.Single(each => each.Name == name);
        var buffer = new AvroBuffer();
        var writer = new AvroWriter(buffer);
        writer.WriteRaw(new byte[zerosBefore]);
        for (var i = 0; i < 20_000; i += blockSize)
        {
            writer.WriteBlock(blockSize);
            for (var j = i; j < i + blockSize; j++)
            {
                writer.WriteString(isMap ? $"{(char)(0x20 + (j % 90))}{(char)(0x100 + (j / 90))}" : "");
                buffer.Truncate(isMap ? buffer.Length : buffer.Length - 1);
                writer.WriteRaw(new byte[zerosEach]);
            }
        }

        writer.WriteEnd();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var status = record.TryDecode(buffer.WrittenSpan, AvroLimits.Default, out _);

        Assert.InRange((double)(GC.GetAllocatedBytesForCurrentThread() - before) / buffer.Length, 1, TimesTheirSize);
        Assert.Equal(name is "JobEvent" or "GroupFeatures" ? AvroStatus.Truncated : AvroStatus.Ok, status);
    }

    [Fact]
    public void Resolving_never_throws_and_stays_within_its_memory()
    {
        foreach (var record in RecordCase.All)
        {
            var mutations = new SchemaMutations(seed: 13);
            var bad = new BadBytes(seed: 14);
            for (var i = 0; i < 200; i++)
            {
                var (writer, reader) = mutations.Pair(record.Schema);
                if (ResolutionPlan.TryCreate(writer, reader, out var plan, out _))
                {
                    ResolveBadBytes(plan!, bad, new RandomValues(i));
                }
            }
        }
    }

    [Fact]
    public void A_good_value_that_ends_early_is_truncated_and_one_that_goes_on_is_refused()
    {
        foreach (var record in RecordCase.All)
        {
            var body = new RandomValues(seed: 15).Body(record.Schema);
            for (var length = 0; length < body.Length; length++)
            {
                Assert.Equal(AvroStatus.Truncated, record.TryDecode(body.AsSpan(0, length), AvroLimits.Default, out _));
            }

            Assert.Equal(AvroStatus.TrailingBytes, record.TryDecode([.. body, 0], AvroLimits.Default, out _));
        }
    }

    [Theory]
    [InlineData("\"null\"")]
    [InlineData("""{"type":"record","name":"Empty","fields":[]}""")]
    [InlineData("""{"type":"fixed","name":"Nothing","size":0}""")]
    public void Items_without_bytes_are_bounded_by_the_limits(string item)
    {
        var writer = AvroSchema.Parse($$$"""{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":{{{item}}}}}]}""");
        var reader = AvroSchema.Parse("""{"type":"record","name":"R","fields":[]}""");
        Assert.True(ResolutionPlan.TryCreate(writer, reader, out var plan, out _));
        var buffer = new AvroBuffer();
        new AvroWriter(buffer).WriteLong(1L << 40);
        new AvroWriter(buffer).WriteEnd();

        Assert.Equal(AvroStatus.TooManyItems, plan!.Resolve(buffer.WrittenSpan, new AvroBuffer(), AvroLimits.Default, out _));
    }

    [Fact]
    public void Nested_arrays_share_one_bound()
    {
        var writer = AvroSchema.Parse("""{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":{"type":"array","items":"null"}}}]}""");
        var reader = AvroSchema.Parse("""{"type":"record","name":"R","fields":[]}""");
        Assert.True(ResolutionPlan.TryCreate(writer, reader, out var plan, out _));
        var buffer = new AvroBuffer();
        var body = new AvroWriter(buffer);
        body.WriteBlock(100);
        for (var i = 0; i < 100; i++)
        {
            body.WriteBlock(900);
            body.WriteEnd();
        }

        body.WriteEnd();

        Assert.Equal(AvroStatus.Ok, plan!.Resolve(buffer.WrittenSpan, new AvroBuffer(), new AvroLimits(10, 1000, 90_100), out _));
        Assert.Equal(AvroStatus.TooManyItems, plan.Resolve(buffer.WrittenSpan, new AvroBuffer(), new AvroLimits(10, 1000, 90_099), out _));
    }

    [Fact]
    public void Defaults_cannot_make_much_of_little()
    {
        var writer = AvroSchema.Parse("""{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":{"type":"record","name":"I","fields":[]}}}]}""");
        var text = new string('x', 1000);
        var reader = AvroSchema.Parse($$$$"""
            {"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":{"type":"record","name":"I","fields":[
              {"name":"text","type":"string","default":"{{{{text}}}}"}]}}}]}
            """);
        Assert.True(ResolutionPlan.TryCreate(writer, reader, out var plan, out _));
        var buffer = new AvroBuffer();
        new AvroWriter(buffer).WriteBlock(60_000);
        new AvroWriter(buffer).WriteEnd();
        var into = new AvroBuffer();

        Assert.Equal(AvroStatus.OutputTooLarge, plan!.Resolve(buffer.WrittenSpan, into, AvroLimits.Default, out _));
        Assert.InRange(into.Length, 0, 100_000);
    }

    private static void ResolveBadBytes(ResolutionPlan plan, BadBytes bad, RandomValues values)
    {
        for (var i = 0; i < 10; i++)
        {
            var body = bad.Of(values.Body(plan.Writer));
            var scratch = new AvroBuffer();

            plan.Resolve(body, scratch, AvroLimits.Default, out var resolved);

            Assert.InRange(resolved.Length, 0, (1 << 17) + (32 * body.Length));
        }
    }
}

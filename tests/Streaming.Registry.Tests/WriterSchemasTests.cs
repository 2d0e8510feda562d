using System.Collections.Concurrent;
using Streaming.Avro;
using Streaming.Avro.Registry;

namespace Streaming.Registry.Tests;

public sealed class WriterSchemasTests
{
    private const string Written = """{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"extra","type":"string"}]}""";

    private static readonly AvroSchema Reader = AvroSchema.Parse("""{"type":"record","name":"R","fields":[{"name":"a","type":"long"},{"name":"b","type":"double","default":0.5}]}""");

    [Fact]
    public async Task An_id_is_fetched_once_however_many_ask_and_then_ready()
    {
        var letGo = new TaskCompletionSource();
        var registry = new ScriptedRegistry(async (id, _) =>
        {
            await letGo.Task;
            return new RegistrySchema(id, Written, "AVRO", HasReferences: false);
        });
        await using var schemas = new WriterSchemas(registry, Reader);

        var statuses = new WriterSchemaStatus[1000];
        Parallel.For(0, statuses.Length, index => statuses[index] = schemas.TryGet(7, out _));
        letGo.SetResult();
        await Eventually.HoldsAsync(() => schemas.TryGet(7, out _) == WriterSchemaStatus.Ready, "ready");

        Assert.All(statuses, status => Assert.Equal(WriterSchemaStatus.Fetching, status));
        Assert.Equal([7], registry.Asked);
        Assert.Equal(WriterSchemaStatus.Ready, schemas.TryGet(7, out var schema));
        Assert.Equal(7, schema!.Id);
        Assert.Equal("{\"name\":\"R\",\"type\":\"record\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"extra\",\"type\":\"string\"}]}", schema.Plan.Writer.CanonicalText);
        Assert.Equal(Reader, schema.Plan.Reader);
        Assert.Null(schemas.Explain(7));
    }

    [Fact]
    public async Task Ready_look_ups_allocate_nothing()
    {
        await using var schemas = new WriterSchemas(new ScriptedRegistry(new Dictionary<int, string> { [1] = Written, [2] = Written }), Reader);
        await Eventually.HoldsAsync(() => schemas.TryGet(1, out _) == WriterSchemaStatus.Ready && schemas.TryGet(2, out _) == WriterSchemaStatus.Ready, "ready");

        var before = GC.GetAllocatedBytesForCurrentThread();
        var ready = 0;
        for (var i = 0; i < 100_000; i++)
        {
            ready += schemas.TryGet((i & 1) + 1, out _) == WriterSchemaStatus.Ready ? 1 : 0;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(100_000, ready);
    }

    [Fact]
    public async Task An_unknown_id_is_believed_for_its_time_and_known_after_a_later_registration()
    {
        var time = new ManualTime();
        var known = new Dictionary<int, string>();
        var registry = new ScriptedRegistry(known);
        await using var schemas = new WriterSchemas(registry, Reader, new WriterSchemasOptions { UnknownFor = TimeSpan.FromSeconds(60) }, time);
        await Eventually.HoldsAsync(() => schemas.TryGet(9, out _) == WriterSchemaStatus.Unknown, "unknown");
        Assert.Contains("no schema with id 9", schemas.Explain(9), StringComparison.Ordinal);

        known[9] = Written;
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(WriterSchemaStatus.Unknown, schemas.TryGet(9, out _));
        Assert.Single(registry.Asked);

        time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotEqual(WriterSchemaStatus.Fetching, schemas.TryGet(9, out _));
        await Eventually.HoldsAsync(() => schemas.TryGet(9, out _) == WriterSchemaStatus.Ready, "known");
        Assert.Equal([9, 9], registry.Asked);
    }

    [Fact]
    public async Task An_unknown_id_that_nobody_used_for_long_is_forgotten_so_that_the_next_record_waits_for_fresh_word()
    {
        var time = new ManualTime();
        await using var schemas = new WriterSchemas(new ScriptedRegistry(new Dictionary<int, string>()), Reader, time: time);
        await Eventually.HoldsAsync(() => schemas.TryGet(9, out _) == WriterSchemaStatus.Unknown, "unknown");

        time.Advance(TimeSpan.FromSeconds(90));

        Assert.Equal(0, schemas.Count);
        Assert.Equal(WriterSchemaStatus.Fetching, schemas.TryGet(9, out _));
    }

    [Theory]
    [InlineData(RegistryFault.Unavailable)]
    [InlineData(RegistryFault.Configuration)]
    [InlineData(RegistryFault.Invalid)]
    [InlineData(null)]
    public async Task No_failure_of_the_registry_makes_an_id_bad_and_the_end_of_it_makes_it_ready(RegistryFault? fault)
    {
        var time = new ManualTime();
        var failures = 8;
        var registry = new ScriptedRegistry((id, _) => Interlocked.Decrement(ref failures) >= 0
            ? throw (fault is { } kind ? new SchemaRegistryException(kind, "down") : new ObjectDisposedException("socket"))
            : Task.FromResult<RegistrySchema?>(new RegistrySchema(id, Written, "AVRO", HasReferences: false)));
        await using var schemas = new WriterSchemas(registry, Reader, time: time);

        var seen = new HashSet<WriterSchemaStatus>();
        await Eventually.HoldsAsync(
            () =>
            {
                var (asked, status) = (registry.Asked.Count, schemas.TryGet(5, out _));
                seen.Add(status);

                // Whoever is asked again has failed before; the ninth time it does not.
                Assert.True(status == WriterSchemaStatus.Ready || schemas.LastFailure is not null || asked < 2 || registry.Asked.Count == 9);
                time.Advance(TimeSpan.FromSeconds(1));
                return status == WriterSchemaStatus.Ready;
            },
            "ready");

        Assert.Equal([WriterSchemaStatus.Fetching, WriterSchemaStatus.Ready], seen.Order());
        Assert.Equal(9, registry.Asked.Count);
        Assert.Null(schemas.LastFailure);
    }

    [Fact]
    public async Task A_failing_id_is_asked_for_ever_more_rarely_and_holds_no_other_up()
    {
        var time = new ManualTime();
        var asked = new ConcurrentQueue<TimeSpan>();
        var registry = new ScriptedRegistry((id, _) =>
        {
            if (id == 3)
            {
                asked.Enqueue(TimeSpan.FromTicks(time.GetTimestamp()));
            }

            return id < 100
                ? throw new SchemaRegistryException(RegistryFault.Unavailable, "this one")
                : Task.FromResult<RegistrySchema?>(new RegistrySchema(id, Written, "AVRO", HasReferences: false));
        });
        await using var schemas = new WriterSchemas(registry, Reader, new WriterSchemasOptions { MaxParallelFetches = 1, RetryDelay = TimeSpan.FromSeconds(1), MaxRetryDelay = TimeSpan.FromSeconds(8) }, time);
        for (var id = 0; id < 20; id++)
        {
            schemas.TryGet(id, out _);
        }

        await Eventually.HoldsAsync(() => schemas.TryGet(100, out _) == WriterSchemaStatus.Ready, "ready");
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return asked.Count >= 7;
            },
            "asked seven times");

        // Half of the mean at least, for means of 1, 2, 4, 8 and again 8 seconds.
        var waits = asked.Zip(asked.Skip(1), (earlier, later) => (later - earlier).TotalSeconds).ToArray();
        Assert.All(waits.Zip((double[])[0.5, 1, 2, 4, 4, 4]), wait => Assert.InRange(wait.First, wait.Second, double.MaxValue));
        Assert.Equal(WriterSchemaStatus.Fetching, schemas.TryGet(3, out _));
    }

    public static TheoryData<string, string, string> Unreadable => new()
    {
        { "AVRO", "{\"type\":", "cannot be read" },
        { "AVRO", """{"type":"record","name":"R","fields":[{"name":"next","type":["null","R"]}]}""", "recursive" },
        { "AVRO", """{"type":"record","name":"R","fields":[{"name":"a","type":"string"}]}""", "string" },
        { "AVRO", "\"double\"", "double" },
        { "PROTOBUF", "syntax = \"proto3\";", "PROTOBUF" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task What_cannot_be_read_is_incompatible_and_says_why(string type, string text, string because)
    {
        var registry = new ScriptedRegistry((id, _) => Task.FromResult<RegistrySchema?>(new RegistrySchema(id, text, type, HasReferences: false)));
        await using var schemas = new WriterSchemas(registry, Reader);

        await Eventually.HoldsAsync(() => schemas.TryGet(4, out _) == WriterSchemaStatus.Incompatible, "incompatible");

        Assert.Contains("id 4", schemas.Explain(4), StringComparison.Ordinal);
        Assert.Contains(because, schemas.Explain(4), StringComparison.Ordinal);
        Assert.Single(registry.Asked);
    }

    [Fact]
    public async Task References_and_schemas_over_the_limit_are_incompatible()
    {
        var registry = new ScriptedRegistry((id, _) => id == 1
            ? Task.FromResult<RegistrySchema?>(new RegistrySchema(id, Written, "AVRO", HasReferences: true))
            : throw new SchemaRegistryException(RegistryFault.TooLarge, "larger than the limit"));
        await using var schemas = new WriterSchemas(registry, Reader);

        await Eventually.HoldsAsync(() => schemas.TryGet(1, out _) == WriterSchemaStatus.Incompatible && schemas.TryGet(2, out _) == WriterSchemaStatus.Incompatible, "incompatible");

        Assert.Contains("other subjects", schemas.Explain(1), StringComparison.Ordinal);
        Assert.Contains("larger than the limit", schemas.Explain(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_of_unknown_ids_stays_within_its_bounds_and_harms_nobody()
    {
        const int Flood = 50_000;
        var time = new ManualTime();
        var registry = new ScriptedRegistry(async (id, _) =>
        {
            await Task.Yield();
            return id == -1 ? new RegistrySchema(id, Written, "AVRO", HasReferences: false) : null;
        });
        var options = new WriterSchemasOptions { MaxIds = 2000, MaxSchemas = 10, MaxFetchesPerSecond = 100, MaxParallelFetches = 4 };
        await using var schemas = new WriterSchemas(registry, Reader, options, time);
        await Eventually.HoldsAsync(() => schemas.TryGet(-1, out _) == WriterSchemaStatus.Ready, "ready");

        for (var id = 0; id < Flood; id++)
        {
            Assert.Equal(WriterSchemaStatus.Fetching, schemas.TryGet(id, out _));
            Assert.Equal(WriterSchemaStatus.Ready, schemas.TryGet(-1, out _));
        }

        Assert.Equal(options.MaxIds, schemas.Count);
        await Eventually.HoldsAsync(() => registry.Asked.Count >= 100, "the first burst");

        for (var step = 0; step < 100; step++)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await Eventually.HoldsAsync(() => registry.Asked.Count > 100, "more than the first burst");

        // A burst of one second's worth, then 100 a second for 10 s.
        Assert.InRange(registry.Asked.Count, 101, 1101 + options.MaxParallelFetches);
        Assert.InRange(registry.MostAsking, 1, options.MaxParallelFetches);

        // When the flood is over and its time too, nothing of it is left.
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(10));
                return schemas.Count == 1;
            },
            "forgotten");
        Assert.Equal(WriterSchemaStatus.Ready, schemas.TryGet(-1, out _));
    }

    [Fact]
    public async Task Schemas_beyond_the_bound_are_forgotten_but_none_that_is_in_use()
    {
        var time = new ManualTime();
        var registry = new ScriptedRegistry((id, _) => Task.FromResult<RegistrySchema?>(new RegistrySchema(id, Written, "AVRO", HasReferences: false)));
        await using var schemas = new WriterSchemas(registry, Reader, new WriterSchemasOptions { MaxSchemas = 5 }, time);
        await Eventually.HoldsAsync(() => Enumerable.Range(1, 50).All(id => schemas.TryGet(id, out _) == WriterSchemaStatus.Ready), "ready");

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(50, schemas.Count);

        foreach (var id in Enumerable.Range(1, 8))
        {
            schemas.TryGet(id, out _);
        }

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.All(Enumerable.Range(1, 8), id => Assert.Equal(WriterSchemaStatus.Ready, schemas.TryGet(id, out _)));
        Assert.InRange(schemas.Count, 8, 9);
    }

    [Fact]
    public async Task Disposing_ends_a_fetch_that_hangs()
    {
        var registry = new ScriptedRegistry(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return null;
        });
        var schemas = new WriterSchemas(registry, Reader);
        schemas.TryGet(1, out _);
        await Eventually.HoldsAsync(() => !registry.Asked.IsEmpty, "asked");

        await schemas.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        await schemas.DisposeAsync();

        Assert.Equal(WriterSchemaStatus.Fetching, schemas.TryGet(1, out _));
    }
}

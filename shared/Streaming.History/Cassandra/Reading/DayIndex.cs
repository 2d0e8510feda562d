using System.Runtime.CompilerServices;
using Cassandra;
using Streaming.History.Cassandra.Tables;
using Streaming.History.Queries;

namespace Streaming.History.Cassandra.Reading;

/// <summary>Which partitions hold what is asked for, by the index tables.</summary>
internal sealed class DayIndex(CassandraConnection connection, Statements statements)
{
    private int RowsPerPage => connection.Options.RowsPerPage;

    /// <summary>The first day that a range touches, within the years that there are.</summary>
    public static long FirstDay(TimeRange range) => Math.Max(Days.First, Day.Of(range.From));

    /// <summary>The last day that a range touches, within the years that there are.</summary>
    public static long LastDay(TimeRange range) => Math.Min(Days.Last, Day.Of(range.To - 1));

    /// <summary>The days of a range on which there are rows of a kind, in order.</summary>
    public async Task<List<long>> DaysAsync(string kind, string? entity, TimeRange range, CancellationToken cancellation)
    {
        var days = new SortedSet<long>();
        if (!range.IsEmpty)
        {
            await foreach (var (day, _) in ReadAsync(kind, entity, FirstDay(range), LastDay(range), cancellation).ConfigureAwait(false))
            {
                days.Add(day);
            }
        }

        return [.. days];
    }

    /// <summary>The days on which labels lie that a range touches: its own, and earlier ones from which an interval may reach into it.</summary>
    public async Task<List<long>> LabelDaysAsync(string? entity, TimeRange range, CancellationToken cancellation)
    {
        var days = new SortedSet<long>(await DaysAsync(CassandraTables.LabelKind, entity, range, cancellation).ConfigureAwait(false));
        if (!range.IsEmpty)
        {
            var first = FirstDay(range);
            await foreach (var (day, span) in ReadAsync(CassandraTables.IntervalKind, entity, Days.First, LastDay(range), cancellation).ConfigureAwait(false))
            {
                if (day + span >= first)
                {
                    days.Add(day);
                }
            }
        }

        return [.. days];
    }

    /// <summary>The entities with rows of a kind on a day, in the order of their UTF-8 bytes or its reverse.</summary>
    public IAsyncEnumerable<string> EntitiesAsync(string kind, long day, bool reversed, CancellationToken cancellation) =>
        MergeAsync("SELECT entity_id FROM entities_of_day WHERE kind = ? AND day = ? AND shard = ?", reversed, shard => [kind, Days.Date(day), shard], cancellation);

    /// <summary>The entities of which a model version said something on a day.</summary>
    public IAsyncEnumerable<string> EntitiesOfModelAsync(string model, string version, long day, bool reversed, CancellationToken cancellation) =>
        MergeAsync(
            "SELECT entity_id FROM entities_of_model WHERE model_name = ? AND model_version = ? AND day = ? AND shard = ?", reversed, shard => [model, version, Days.Date(day), shard], cancellation);

    /// <summary>The entities with a label of a name on a day.</summary>
    public IAsyncEnumerable<string> EntitiesOfLabelAsync(string name, long day, bool reversed, CancellationToken cancellation) =>
        MergeAsync("SELECT entity_id FROM entities_of_label WHERE name = ? AND day = ? AND shard = ?", reversed, shard => [name, Days.Date(day), shard], cancellation);

    private async IAsyncEnumerable<(long Day, int Span)> ReadAsync(string kind, string? entity, long first, long last, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (first > last)
        {
            yield break;
        }

        var statement = entity is null
            ? await statements.BindAsync("SELECT day, span FROM days WHERE kind = ? AND day >= ? AND day <= ?", cancellation, kind, Days.Date(first), Days.Date(last)).ConfigureAwait(false)
            : await statements.BindAsync(
                "SELECT day, span FROM days_of_entity WHERE entity_id = ? AND kind = ? AND day >= ? AND day <= ?", cancellation, entity, kind, Days.Date(first), Days.Date(last)).ConfigureAwait(false);
        await foreach (var row in PageReader.ReadAsync(connection, statement, RowsPerPage, cancellation).ConfigureAwait(false))
        {
            yield return (row.Day(0), row.Integer(1));
        }
    }

    /// <summary>Merges the shards, each of which is in order, so that no more than a page of each is held.</summary>
    private async IAsyncEnumerable<string> MergeAsync(string text, bool reversed, Func<int, object[]> valuesOf, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var order = reversed ? Comparer<string>.Create((left, right) => Utf8Order.Instance.Compare(right, left)) : (IComparer<string>)Utf8Order.Instance;
        var next = new PriorityQueue<IAsyncEnumerator<Row>, string>(order);
        var shards = new List<IAsyncEnumerator<Row>>();
        try
        {
            for (var shard = 0; shard < CassandraTables.Shards; shard++)
            {
                var statement = await statements.BindAsync($"{text} ORDER BY entity_id {(reversed ? "DESC" : "ASC")}", cancellation, valuesOf(shard)).ConfigureAwait(false);
                shards.Add(PageReader.ReadAsync(connection, statement, RowsPerPage, cancellation).GetAsyncEnumerator(cancellation));
            }

            // All at once, since most of what asking costs is the way there and back.
            var firsts = shards.Select(shard => shard.MoveNextAsync().AsTask()).ToArray();
            await Task.WhenAll(firsts).ConfigureAwait(false);
            for (var shard = 0; shard < firsts.Length; shard++)
            {
                if (await firsts[shard].ConfigureAwait(false))
                {
                    next.Enqueue(shards[shard], shards[shard].Current.Text(0));
                }
            }

            while (next.TryDequeue(out var shard, out var entity))
            {
                yield return entity;
                if (await shard.MoveNextAsync().ConfigureAwait(false))
                {
                    next.Enqueue(shard, shard.Current.Text(0));
                }
            }
        }
        finally
        {
            foreach (var shard in shards)
            {
                await shard.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}

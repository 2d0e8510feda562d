using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.History.Export;

/// <summary>
/// The labels that can join the buckets of a day, out of a stream of labels by day. Holds those of the day, and of the next where a bucket reaches into it,
/// and the intervals that are still open: never those of the whole period.
/// </summary>
internal sealed class LabelWindow(IAsyncEnumerator<LabelRow> labels) : IAsyncDisposable
{
    private const int PooledTexts = 1000;

    private readonly Dictionary<string, List<LabelledTime>> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private long _from = long.MinValue;
    private long _lastDay = long.MinValue;
    private LabelRow? _next;
    private bool _started;

    /// <summary>The labels of an entity that the window holds.</summary>
    public IReadOnlyList<LabelledTime> Of(string entityId) => _labels.TryGetValue(entityId, out var found) ? found : [];

    /// <summary>Forgets what can join no bucket that starts at a time or later.</summary>
    public void Forget(long before)
    {
        _from = before;
        foreach (var (entity, held) in _labels)
        {
            held.RemoveAll(label => !CanJoin(label.EventTime, label.EventEnd));
            if (held.Count == 0)
            {
                _labels.Remove(entity);
            }
        }
    }

    /// <summary>Takes in the labels of all days before an end.</summary>
    /// <param name="end">Exclusive, in milliseconds since 1970.</param>
    /// <returns>Whether anything was read.</returns>
    public async ValueTask<bool> ReadAsync(long end)
    {
        var last = Day.Of(end - 1);
        if (last <= _lastDay)
        {
            return false;
        }

        if (!_started)
        {
            _started = true;
            await MoveAsync().ConfigureAwait(false);
        }

        while (_next is { } row && Day.Of(row.EventTime) <= last)
        {
            if (CanJoin(row.EventTime, row.EventEnd))
            {
                Add(row);
            }

            await MoveAsync().ConfigureAwait(false);
            if (_next is { } next && Day.Of(next.EventTime) < Day.Of(row.EventTime))
            {
                throw new HistoryUnusableException(
                    $"The history gives a label of {next.EventTime} after one of {row.EventTime}: labels must come day by day; this store cannot be exported from.");
            }
        }

        _lastDay = last;
        return true;
    }

    public ValueTask DisposeAsync() => labels.DisposeAsync();

    private async ValueTask MoveAsync() => _next = await labels.MoveNextAsync().ConfigureAwait(false) ? labels.Current : null;

    private bool CanJoin(long time, long? end) => (end ?? time + 1) > _from;

    private void Add(LabelRow row)
    {
        if (!_labels.TryGetValue(row.EntityId, out var held))
        {
            held = [];
            _labels.Add(row.EntityId, held);
        }

        held.Add(new LabelledTime(row.EventTime, row.EventEnd, Pooled(row.Value), row.Origin with { Topic = Pooled(row.Origin.Topic) }));
    }

    private string Pooled(string text)
    {
        if (_texts.TryGetValue(text, out var known))
        {
            return known;
        }

        if (_texts.Count < PooledTexts)
        {
            _texts.Add(text, text);
        }

        return text;
    }
}

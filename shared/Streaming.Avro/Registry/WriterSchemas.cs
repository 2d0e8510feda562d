using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Streaming.Avro.Registry;

/// <summary>
/// The schemas that records of one topic were written with, fetched in the background and made ready to be read as one reader's schema.
/// </summary>
/// <remarks>
/// What a registry says stays: a ready schema and an incompatible one never change. That it has no such id is believed for
/// <see cref="WriterSchemasOptions.UnknownFor"/>; then the id is asked for again at its next use, and stays unknown until there is another answer, so
/// that a record keeps its status from the gate to the filter. No failure of the registry makes an id unknown: it stays
/// <see cref="WriterSchemaStatus.Fetching"/>, and is asked for again and again.
/// </remarks>
public sealed class WriterSchemas : IWriterSchemas, IAsyncDisposable
{
    // What was used in the last interval is never forgotten, so a record that passed the gate finds its schema in the filter.
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(10);

    private readonly ISchemaRegistry _registry;
    private readonly AvroSchema _reader;
    private readonly WriterSchemasOptions _options;
    private readonly TimeProvider _time;
    private readonly FetchRate _rate;
    private readonly ConcurrentDictionary<int, Entry> _entries = new();
    private readonly Channel<Entry> _wanted = Channel.CreateUnbounded<Entry>();
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _sweeper;
    private readonly Task _fetching;
    private Entry? _lastReady;
    private int _count;
    private SchemaRegistryException? _lastFailure;

    /// <summary>Begins with nothing known.</summary>
    /// <param name="registry">Who is asked; not disposed of here.</param>
    /// <param name="reader">The schema that records are read as.</param>
    /// <param name="options">Bounds; the defaults where null. Read once.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <exception cref="ArgumentException">The options break rules, all named in the message.</exception>
    public WriterSchemas(ISchemaRegistry registry, AvroSchema reader, WriterSchemasOptions? options = null, TimeProvider? time = null)
    {
        _registry = registry ?? throw new ArgumentNullException(nameof(registry));
        _reader = reader ?? throw new ArgumentNullException(nameof(reader));
        _options = options ?? new WriterSchemasOptions();
        var errors = _options.Validate();
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, errors), nameof(options));
        }

        _time = time ?? TimeProvider.System;
        _rate = new FetchRate(_options.MaxFetchesPerSecond, _time);
        _sweeper = _time.CreateTimer(_ => Sweep(), state: null, SweepInterval, SweepInterval);
        _fetching = Task.Run(FetchAllAsync);
    }

    /// <summary>Why the last fetch failed; null where it did not. What it says is about the registry, never about a record.</summary>
    public SchemaRegistryException? LastFailure => Volatile.Read(ref _lastFailure);

    /// <summary>How many ids are remembered.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public WriterSchemaStatus TryGet(int id, out WriterSchema? schema)
    {
        var last = Volatile.Read(ref _lastReady);
        if (last is not null && last.Id == id)
        {
            schema = last.Answer!.Schema;
            return WriterSchemaStatus.Ready;
        }

        return TryGetOther(id, out schema);
    }

    /// <inheritdoc/>
    public string? Explain(int id) => _entries.TryGetValue(id, out var entry) ? entry.Answer?.Reason : null;

    /// <summary>Ends the fetching.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _sweeper.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _fetching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private WriterSchemaStatus TryGetOther(int id, out WriterSchema? schema)
    {
        schema = null;
        if (!_entries.TryGetValue(id, out var entry) && (entry = Admit(id)) is null)
        {
            return WriterSchemaStatus.Fetching;
        }

        entry.Use();
        var answer = entry.Answer;
        if (answer is null)
        {
            return WriterSchemaStatus.Fetching;
        }

        if (answer.Status == WriterSchemaStatus.Ready)
        {
            schema = answer.Schema;
            Volatile.Write(ref _lastReady, entry);
        }
        else if (answer.Status == WriterSchemaStatus.Unknown && IsOld(answer))
        {
            Want(entry);
        }

        return answer.Status;
    }

    private bool IsOld(Answer answer) => _time.GetElapsedTime(answer.Since) >= _options.UnknownFor;

    private Entry? Admit(int id)
    {
        if (Volatile.Read(ref _count) >= _options.MaxIds)
        {
            return null;
        }

        var entry = new Entry(id);
        if (!_entries.TryAdd(id, entry))
        {
            return _entries.GetValueOrDefault(id);
        }

        Interlocked.Increment(ref _count);
        Want(entry);
        return entry;
    }

    private void Want(Entry entry)
    {
        if (entry.Claim())
        {
            _wanted.Writer.TryWrite(entry);
        }
    }

    private Task FetchAllAsync() => Parallel.ForEachAsync(
        _wanted.Reader.ReadAllAsync(_stop.Token),
        new ParallelOptions { MaxDegreeOfParallelism = _options.MaxParallelFetches, CancellationToken = _stop.Token },
        FetchAsync);

    private async ValueTask FetchAsync(Entry entry, CancellationToken cancellation)
    {
        var wait = _rate.Take();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _time, cancellation).ConfigureAwait(false);
        }

        try
        {
            var answer = await AskAsync(entry.Id, cancellation).ConfigureAwait(false);
            Volatile.Write(ref _lastFailure, null); // before the answer: who has that one must not read of a failure that is over
            entry.Answer = answer;
            entry.Release();
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            // Whatever it is, it says nothing about the records; ending the fetching here would hold them back for ever and in silence.
            Volatile.Write(ref _lastFailure, failure as SchemaRegistryException ?? new SchemaRegistryException(RegistryFault.Unavailable, $"schema {entry.Id} could not be fetched: {failure.Message}", failure));
            _ = AskAgainAsync(entry, cancellation);
        }
    }

    private async Task<Answer> AskAsync(int id, CancellationToken cancellation)
    {
        try
        {
            var found = await _registry.FindByIdAsync(id, cancellation).ConfigureAwait(false);
            return found is null
                ? new Answer(WriterSchemaStatus.Unknown, $"the registry has no schema with id {id}; register it, or correct the writer", Since: _time.GetTimestamp())
                : Read(found);
        }
        catch (SchemaRegistryException failure) when (failure.Fault == RegistryFault.TooLarge)
        {
            return new Answer(WriterSchemaStatus.Incompatible, failure.Message);
        }
    }

    private Answer Read(RegistrySchema found)
    {
        if (found.Type != "AVRO")
        {
            return Refuse($"it is written in {found.Type}, not in AVRO");
        }

        if (found.HasReferences)
        {
            return Refuse("it refers to types in other subjects, and those are not followed: define each type in the schema itself");
        }

        return AvroSchema.TryParse(found.Text, out var writer, out var error) && ResolutionPlan.TryCreate(writer!, _reader, out var plan, out error)
            ? new Answer(WriterSchemaStatus.Ready, Reason: null, new WriterSchema(found.Id, plan!))
            : Refuse(error!);

        Answer Refuse(string reason) => new(WriterSchemaStatus.Incompatible, $"the schema with id {found.Id} cannot be read here: {reason}");
    }

    private async Task AskAgainAsync(Entry entry, CancellationToken cancellation)
    {
        var mean = Math.Min(_options.MaxRetryDelay.TotalMilliseconds, _options.RetryDelay.TotalMilliseconds * Math.Pow(2, Math.Min(entry.Failures++, 20)));
        var jitter = 0.5 + Random.Shared.NextDouble();
        await Task.Delay(TimeSpan.FromMilliseconds(mean * jitter), _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _wanted.Writer.TryWrite(entry);
    }

    private void Sweep()
    {
        var excess = _entries.Count(pair => pair.Value.Answer?.Status is WriterSchemaStatus.Ready or WriterSchemaStatus.Incompatible) - _options.MaxSchemas;
        var last = Volatile.Read(ref _lastReady);
        foreach (var (id, entry) in _entries)
        {
            if (ReferenceEquals(entry, last) || entry.TakeUsed() || entry.Answer is not { } answer)
            {
                continue;
            }

            var forget = answer.Status == WriterSchemaStatus.Unknown ? IsOld(answer) : excess-- > 0;
            if (forget && _entries.TryRemove(id, out _))
            {
                Interlocked.Decrement(ref _count);
            }
        }
    }

    /// <summary>What the registry said of an id.</summary>
    private sealed record Answer(WriterSchemaStatus Status, string? Reason, WriterSchema? Schema = null, long Since = 0);

    /// <summary>What is known of an id.</summary>
    private sealed class Entry(int id)
    {
        private int _claimed;
        private int _used;
        private Answer? _answer;

        public int Id => id;

        /// <summary>Null until the registry has given one.</summary>
        public Answer? Answer
        {
            get => Volatile.Read(ref _answer);
            set => Volatile.Write(ref _answer, value);
        }

        /// <summary>Failed fetches in a row; touched by one fetch at a time.</summary>
        public int Failures { get; set; }

        /// <summary>Marks the id as used.</summary>
        public void Use()
        {
            // Written once an interval, so that many readers do not contend for the line.
            if (Volatile.Read(ref _used) == 0)
            {
                Volatile.Write(ref _used, 1);
            }
        }

        /// <summary>Whether the id was used since the last call.</summary>
        public bool TakeUsed() => Interlocked.Exchange(ref _used, 0) == 1;

        /// <summary>Claims the right to fetch; false where a fetch is under way.</summary>
        public bool Claim() => Interlocked.CompareExchange(ref _claimed, 1, 0) == 0;

        /// <summary>A fetch has ended with an answer.</summary>
        public void Release()
        {
            Failures = 0;
            Volatile.Write(ref _claimed, 0);
        }
    }
}

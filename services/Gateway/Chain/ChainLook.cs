using Confluent.Kafka;
using Streaming.Contracts;
using Streaming.Flow;
using Streaming.Hosting;
using Streaming.Kafka;

namespace Streaming.Gateway.Chain;

/// <summary>
/// Looks at the chain for everybody who asks: one look serves all who ask within a second. Where something does not answer, the last that was seen is
/// given again, with the reason, and nobody waits long for it.
/// </summary>
internal sealed class ChainLook(GatewayParts parts, FiguresWatch figures, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _one = new(1);
    private ChainSnapshot _chain = new([.. ChainStages.All.Select(Unseen)], 0, 0, 0, 0, LastRefusal: null);
    private Task<ChainSnapshot>? _looking;
    private long _lookedAt;
    private ChainAnswer? _answer;
    private long _answeredAt;

    /// <summary>What was seen last; null before the first look.</summary>
    public ChainAnswer? Last => Volatile.Read(ref _answer);

    /// <summary>The chain, at most a second old.</summary>
    public async Task<ChainAnswer> GetAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_answer is null || clock.GetElapsedTime(_answeredAt) > Fresh)
            {
                Volatile.Write(ref _answer, await LookAsync(cancellation));
                _answeredAt = clock.GetTimestamp();
            }

            return _answer!;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<ChainAnswer> LookAsync(CancellationToken cancellation)
    {
        var problem = await LookAtKafkaAsync(cancellation);
        var (known, time, older) = await figures.LookAsync(cancellation);
        return Answer(known, time, problem is null ? older : older is null ? problem : $"{problem} {older}");
    }

    /// <summary>Why Kafka cannot be seen; null where it can. A look that takes long goes on, and is waited for again the next time.</summary>
    private async Task<string?> LookAtKafkaAsync(CancellationToken cancellation)
    {
        if (_looking is null)
        {
            _looking = parts.Observer.LookAsync(CancellationToken.None);
            _lookedAt = clock.GetTimestamp();
        }

        var ended = await Task.WhenAny(_looking, Task.Delay(Patience, clock, cancellation)) == _looking;
        cancellation.ThrowIfCancellationRequested();
        if (!ended)
        {
            return $"Kafka ({parts.Kafka.BootstrapServers}) has not answered for {clock.GetElapsedTime(_lookedAt).TotalSeconds:F0} s; what is shown of the topics is older.";
        }

        var looked = _looking;
        _looking = null;
        try
        {
            _chain = await looked;
            return null;
        }
        catch (Exception away) when (away is WorkerException or KafkaException)
        {
            return $"Kafka ({parts.Kafka.BootstrapServers}) cannot be seen: {away.Message}";
        }
    }

    private ChainAnswer Answer(HistoryFigures known, long? figuresTime, string? problem)
    {
        var refusals = parts.Observer.Refusals;
        return new ChainAnswer(
            PipelineVersion.Current,
            clock.GetUtcNow().ToUnixTimeMilliseconds(),
            problem,
            _chain.Published,
            _chain.PublishedPerSecond,
            _chain.Late,
            _chain.DeadLetters,
            [.. _chain.Stages.Select(stage => new StageAnswer(stage.Service, stage.Output, stage.Written, stage.WrittenPerSecond, stage.Lag, LastError(stage.Service, refusals)))],
            figuresTime,
            known.Kept,
            known.Entities.Count,
            known.Accuracy,
            known.Models,
            [.. refusals.Select(refused => new RefusalAnswer(refused.Stage, refused.Reason, refused.Detail, refused.Source, refused.EntityId))]);
    }

    private string? LastError(string service, IReadOnlyList<Refused> refusals)
    {
        if (parts.LastErrorOf(service) is { } error)
        {
            return error;
        }

        var id = ChainStages.All.First(stage => stage.Service == service).Id;
        return refusals.FirstOrDefault(refused => refused.Stage == id) is { } newest ? $"refused: {newest.Detail}" : null;
    }

    private static StageSnapshot Unseen(ChainStage stage) => new(stage.Service, stage.Outputs.Count > 0 ? stage.Outputs[0].Name : "history", 0, 0, 0);
}

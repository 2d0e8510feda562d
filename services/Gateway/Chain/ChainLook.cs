using Confluent.Kafka;
using Streaming.Contracts;
using Streaming.Flow;
using Streaming.History;
using Streaming.Hosting;
using Streaming.Kafka;

namespace Streaming.Gateway.Chain;

/// <summary>
/// Looks at the chain for everybody who asks: one look serves all who ask within a second, and the history's figures, which cost more, are read
/// at most every three. Where something cannot be reached the last look is given again, with the reason.
/// </summary>
internal sealed class ChainLook(GatewayParts parts, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan FiguresFresh = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _one = new(1);
    private ChainSnapshot _chain = new([.. ChainStages.All.Select(Unseen)], 0, 0, 0, 0, LastRefusal: null);
    private HistoryFigures _figures = HistoryFigures.None;
    private ChainAnswer? _answer;
    private long _answeredAt;
    private long? _figuresAt;

    /// <summary>The chain, at most a second old.</summary>
    public async Task<ChainAnswer> GetAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_answer is null || clock.GetElapsedTime(_answeredAt) > Fresh)
            {
                _answer = await LookAsync(cancellation);
                _answeredAt = clock.GetTimestamp();
            }

            return _answer;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<ChainAnswer> LookAsync(CancellationToken cancellation)
    {
        string? problem = null;
        try
        {
            _chain = await parts.Observer.LookAsync(cancellation);
        }
        catch (Exception away) when (away is WorkerException or KafkaException)
        {
            problem = $"Kafka cannot be seen: {away.Message}";
        }

        try
        {
            await ReadFiguresAsync(cancellation);
        }
        catch (HistoryException away)
        {
            problem = problem is null ? $"The history cannot be read: {away.Message}" : $"{problem} The history cannot be read either: {away.Message}";
        }

        return Answer(problem);
    }

    private async Task ReadFiguresAsync(CancellationToken cancellation)
    {
        if (_figuresAt is { } at && clock.GetElapsedTime(at) < FiguresFresh)
        {
            return;
        }

        _figures = await HistoryFigures.ReadAsync(parts.History, cancellation);
        _figuresAt = clock.GetTimestamp();
    }

    private ChainAnswer Answer(string? problem)
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
            _figures.Kept,
            _figures.Entities,
            _figures.Accuracy,
            _figures.Models,
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

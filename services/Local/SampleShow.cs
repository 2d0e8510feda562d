using Streaming.Contracts;
using Streaming.Flow;
using Streaming.History;
using Streaming.History.Quality;
using Streaming.Local.Chain;
using Streaming.Local.Sample;
using Streaming.Local.Screen;

namespace Streaming.Local;

/// <summary>Plays the sample, shows what becomes of it, and waits for its end.</summary>
internal sealed class SampleShow(IChain chain, ChainObserver observer, IHistoryReader history, PlayedSample sample, SamplePlayer player, TimeProvider clock)
{
    private const string AllEntities = "all";
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FollowPause = TimeSpan.FromMilliseconds(100);

    private readonly long _start = clock.GetTimestamp();
    private long _through;

    /// <summary>Plays everything and shows the chain meanwhile.</summary>
    /// <param name="speed">Seconds of data per second; null for as fast as the chain follows.</param>
    /// <param name="screen">Where it is shown.</param>
    /// <param name="cancellation">Ends the play early.</param>
    /// <exception cref="ChainException">A service failed.</exception>
    public async Task PlayAsync(double? speed, IScreen screen, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var following = FollowAsync(ending.Token);
        var playing = player.PlayAsync(speed, () => player.Readings - Interlocked.Read(ref _through) > sample.MostOnTheirWay, clock, ending.Token);
        try
        {
            await ShowUntilAsync(playing, screen, cancellation);
        }
        finally
        {
            await ending.CancelAsync();
            await following.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Waits until all of it has passed through, stage by stage, and is kept.</summary>
    /// <exception cref="ChainException">A service failed.</exception>
    public Task DrainAsync(IScreen screen, CancellationToken cancellation) => ShowUntilAsync(PassAsync(cancellation), screen, cancellation);

    /// <summary>What came out.</summary>
    public async Task<SampleResult> ResultAsync(CancellationToken cancellation)
    {
        var kept = await history.CountAsync(cancellation);
        var look = await observer.LookAsync(cancellation);
        return new SampleResult(
            observer.Count(Topics.SensorRaw), kept.Vectors, kept.Predictions, kept.Labels, look.DeadLetters, look.Late, await AccuracyAsync(cancellation), clock.GetElapsedTime(_start));
    }

    private async Task PassAsync(CancellationToken cancellation)
    {
        await PassOnceAsync(cancellation);
        if (sample.Settle > TimeSpan.Zero)
        {
            await Task.Delay(sample.Settle, clock, cancellation);
            await PassOnceAsync(cancellation);
        }
    }

    private async Task PassOnceAsync(CancellationToken cancellation)
    {
        foreach (var stage in ChainStages.All)
        {
            await observer.DrainAsync(stage, DrainPause, cancellation);
        }
    }

    private async Task ShowUntilAsync(Task end, IScreen screen, CancellationToken cancellation)
    {
        while (await Task.WhenAny(end, Task.Delay(LookPause, clock, cancellation)) != end)
        {
            cancellation.ThrowIfCancellationRequested();
            if (await chain.FailureAsync(cancellation) is { } failure)
            {
                throw new ChainException(failure);
            }

            screen.Show(await ViewAsync(end.IsCompleted, cancellation));
        }

        await end;
        screen.Show(await ViewAsync(finished: true, cancellation));
    }

    // How many of the published readings every stage is done with, by a lower bound.
    private async Task FollowAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var published = player.Readings;
            var behind = Math.Max(0, published - observer.Count(Topics.SensorRaw));
            foreach (var stage in ChainStages.All)
            {
                behind += await observer.LagAsync(stage, cancellation);
            }

            Interlocked.Exchange(ref _through, published - behind);
            await Task.Delay(FollowPause, clock, cancellation);
        }
    }

    private async Task<ChainView> ViewAsync(bool finished, CancellationToken cancellation) => new(
        clock.GetElapsedTime(_start),
        player.Played,
        finished,
        await observer.LookAsync(cancellation),
        chain.StateOf,
        await history.CountAsync(cancellation),
        await AccuracyAsync(cancellation));

    private async Task<IReadOnlyList<EntityAccuracy>> AccuracyAsync(CancellationToken cancellation)
    {
        if (sample.LabelName is null)
        {
            return [];
        }

        var deployments = await QualityReport.ComputeAsync(history, new QualityQuery { LabelName = sample.LabelName }, cancellation);
        var found = deployments.SelectMany(deployment => deployment.Entities).ToDictionary(entity => entity.Key, entity => entity.Value);
        return sample.ShownEntities.Count == 0
            ? [new EntityAccuracy(AllEntities, found.Values.Sum(matrix => matrix.Total), found.Values.Sum(matrix => matrix.Correct))]
            : [.. sample.ShownEntities.Select(entity => found.TryGetValue(entity, out var matrix)
                ? new EntityAccuracy(entity, matrix.Total, matrix.Correct)
                : new EntityAccuracy(entity, Answered: 0, Right: 0))];
    }
}

using System.Globalization;
using System.Text.Json;
using Streaming.Contracts;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.Local.Sample;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests.BadInput;

/// <summary>
/// The sample through four processes on a real cluster while somebody writes every kind of bad input into every topic, run once for all tests,
/// with what came of it.
/// </summary>
public sealed class BadInputRun : IAsyncLifetime
{
    private const int Mutations = 1_500;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan WriterTimeout = TimeSpan.FromSeconds(240);

    private readonly SemaphoreSlim _once = new(1);
    private Outcome? _outcome;
    private Exception? _failure;

    /// <summary>What came of it.</summary>
    internal async Task<Outcome> OutcomeAsync(KafkaServer kafka, RegistryServer registry)
    {
        await _once.WaitAsync();
        try
        {
            Assert.True(_failure is null, $"The run has failed: {_failure?.Message}");
            return _outcome ??= await RunAsync(kafka, registry);
        }
        catch (Exception failure)
        {
            _failure ??= failure;
            throw;
        }
        finally
        {
            _once.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _once.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<Outcome> RunAsync(KafkaServer kafka, RegistryServer registry)
    {
        await using var chain = await TestChain.PrepareAsync(kafka, registry);
        await chain.StartAsync(ofEach: 1);

        var manifest = chain.FileFor("sent.jsonl");
        var writing = chain.RunClientAsync(
            "bad_input.py", WriterTimeout, chain.Kafka.TopicPrefix, manifest, Number(Duration.TotalSeconds), Number(Mutations), SamplePredictions.FeatureSetHash);
        await chain.PublishAsync(SamplePlan.Make(TestChain.SampleFolder("data")), Duration);
        await writing;
        await chain.DrainAsync();

        var sent = SentRecord.Read(manifest);
        IEnumerable<string> Places(Topic topic) => sent.Where(record => record.Topic == chain.NameOf(topic)).Select(record => $"{record.Partition}/{record.Offset}");
        var kept = new List<PredictionRow>();
        await using (var history = await chain.OpenHistoryAsync())
        {
            await foreach (var prediction in history.PredictionsAsync(new PredictionQuery { Revisions = Revisions.All }))
            {
                kept.Add(prediction);
            }
        }

        return new Outcome
        {
            Sent = sent,
            RawTopic = chain.NameOf(Topics.SensorRaw),
            RawRecords = chain.Observer.Count(Topics.SensorRaw),
            DeadLetters = await chain.ReadAsync(Topics.DeadLetters, Places(Topics.DeadLetters)),
            Readings = await chain.ReadAsync(Topics.SensorReadings, Places(Topics.SensorReadings)),
            Predictions = await chain.ReadAsync(Topics.Predictions, Places(Topics.Predictions)),
            Kept = kept,
            Services = [.. chain.Services.Select(ServiceOutcome.Of)],
        };
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What came of the run.</summary>
internal sealed record Outcome
{
    public required IReadOnlyList<SentRecord> Sent { get; init; }

    public required string RawTopic { get; init; }

    public required long RawRecords { get; init; }

    public required IReadOnlyList<JsonElement> DeadLetters { get; init; }

    /// <summary>What is in <c>sensor.readings</c>, ticks among it.</summary>
    public required IReadOnlyList<JsonElement> Readings { get; init; }

    public required IReadOnlyList<JsonElement> Predictions { get; init; }

    public required IReadOnlyList<PredictionRow> Kept { get; init; }

    public required IReadOnlyList<ServiceOutcome> Services { get; init; }
}

/// <summary>How a process came through it.</summary>
internal sealed record ServiceOutcome(string Service, bool HasExited, int Restarts, long MostBytes, string Output)
{
    public static ServiceOutcome Of(ServiceInstance service) =>
        new(service.Service, service.Process.HasExited, service.Restarts, service.Process.MostBytes, service.Process.Output);
}

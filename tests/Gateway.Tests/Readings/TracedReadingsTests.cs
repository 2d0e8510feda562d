using System.Diagnostics;
using System.Net;
using System.Text;
using Confluent.Kafka;
using Streaming.Contracts;
using Streaming.Telemetry;

namespace Streaming.Gateway.Tests.Readings;

/// <summary>A request's trace in the records that it brings.</summary>
[Collection(SharedGatewayTests.Name)]
public sealed class TracedReadingsTests(SharedGateway shared)
{
    private const int Most = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task The_first_readings_of_a_sampled_request_carry_its_trace_and_those_of_others_nothing()
    {
        var gateway = await shared.GetAsync();
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is TelemetryNames.Source or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> creation) => creation.Parent.TraceFlags == ActivityTraceFlags.Recorded ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                lock (spans)
                {
                    spans.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var followed = $"followed-{trace}";

        await PostAsync(gateway, followed, Most + 2, $"00-{trace}-b7ad6b7169203331-01");
        await PostAsync(gateway, $"other-{trace}", 1, $"00-{trace}-b7ad6b7169203331-00");
        await PostAsync(gateway, $"none-{trace}", 1, traceParent: null);

        using var patience = new CancellationTokenSource(Patience);
        while (Ended().Length == 0)
        {
            await Task.Delay(20, patience.Token); // a span ends a moment after its answer has left
        }

        var span = Assert.Single(Ended());
        Assert.Equal((ActivityKind.Producer, Most + 2), (span.Kind, span.GetTagItem("messaging.batch.message_count")));
        Assert.Equal("Microsoft.AspNetCore", span.Parent!.Source.Name);
        var records = Read(gateway, trace, Most + 4);
        Assert.Equal(
            [.. Enumerable.Repeat($"00-{trace}-{span.SpanId}-01", Most), .. Enumerable.Repeat("", 2)],
            records.Where(record => record.Key == followed).Select(record => record.Parent));
        Assert.All(records.Where(record => record.Key != followed), record => Assert.Equal("", record.Parent));

        Activity[] Ended()
        {
            lock (spans)
            {
                return [.. spans.Where(span => span.Source.Name == TelemetryNames.Source && span.TraceId.ToHexString() == trace)];
            }
        }
    }

    private static async Task PostAsync(TestGateway gateway, string entity, int readings, string? traceParent)
    {
        var body = string.Join(',', Enumerable.Range(0, readings).Select(i => $$$"""{"entity_id":"{{{entity}}}","event_time":"2026-03-01T12:00:0{{{i % 10}}}Z","metrics":{"m":{{{i}}} }}"""));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/readings") { Content = new StringContent($"[{body}]", Encoding.UTF8, "application/json") };
        if (traceParent is not null)
        {
            request.Headers.Add("traceparent", traceParent);
        }

        using var handler = new SocketsHttpHandler { ActivityHeadersPropagator = null }; // the header is ours to give
        using var http = new HttpClient(handler) { BaseAddress = gateway.Http.BaseAddress };
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private static List<(string Key, string Parent)> Read(TestGateway gateway, string trace, int count)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = gateway.Kafka.BootstrapServers, GroupId = trace }).Build();
        consumer.Assign(Enumerable.Range(0, 2).Select(partition => new TopicPartitionOffset(new TopicNames(gateway.Kafka.TopicPrefix).Of(Topics.SensorRaw), partition, Offset.Beginning)));
        var records = new List<(string, string)>();
        var began = Stopwatch.GetTimestamp();
        while (records.Count < count && Stopwatch.GetElapsedTime(began) < Patience)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(200)) is { Message: { } message } && Encoding.UTF8.GetString(message.Key) is var key && key.EndsWith(trace, StringComparison.Ordinal))
            {
                records.Add((key, message.Headers.TryGetLastBytes("traceparent", out var parent) ? Encoding.ASCII.GetString(parent) : ""));
            }
        }

        return records;
    }
}

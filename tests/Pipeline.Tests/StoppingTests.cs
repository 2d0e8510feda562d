using Streaming.Contracts;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests;

/// <summary>A service that is asked to end while Kafka is away.</summary>
public sealed class StoppingTests(RegistryServer registry)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory, Trait("Category", "Faults")]
    [InlineData("00:00:01")]
    [InlineData("00:00:03")]
    public async Task With_a_short_transaction_time_out_it_ends_in_good_order_all_the_same(string transactionTimeout)
    {
        await using var kafka = new KafkaServer();
        await using var chain = await TestChain.PrepareAsync(kafka, registry);
        var ingest = chain.Start("SensorIngest", ("Kafka__TransactionTimeout", transactionTimeout));
        var assembly = chain.Start("FeatureAssembly", ("Kafka__TransactionTimeout", transactionTimeout));
        await chain.ReadyAsync();

        // From the first tick on one is due each second, so that it is in the midst of something.
        using var patience = new CancellationTokenSource(Patience);
        while ((await chain.ReadAsync(Topics.SensorReadings)).Count == 0)
        {
            patience.Token.ThrowIfCancellationRequested();
        }

        await kafka.CrashAsync();
        await ingest.UntilItSaysAsync((_, reason) => reason.Length > 0);

        await Task.WhenAll(ingest.StopAsync(), assembly.StopAsync());
    }
}

using System.Globalization;
using Confluent.Kafka;

namespace Streaming.Benchmarks.Drain;

/// <summary>What every cost is divided by: a plain Confluent.Kafka consumer that only counts the records of a topic, as a process of its own.</summary>
internal static class Yardstick
{
    /// <summary>The first argument that makes this program the yardstick.</summary>
    public const string Role = "yardstick";

    /// <summary>Counts; prints nanoseconds of processor time for each record after the warm-up.</summary>
    /// <param name="arguments">Brokers, topic, how many records it holds, and how many of them are the warm-up.</param>
    public static int Run(string[] arguments)
    {
        var total = long.Parse(arguments[2], CultureInfo.InvariantCulture);
        var warm = long.Parse(arguments[3], CultureInfo.InvariantCulture);
        var settings = new ConsumerConfig { BootstrapServers = arguments[0], GroupId = Role, EnableAutoCommit = false, AutoOffsetReset = AutoOffsetReset.Earliest };
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(settings).Build();
        consumer.Assign(Enumerable.Range(0, Workload.Partitions).Select(partition => new TopicPartitionOffset(arguments[1], partition, Offset.Beginning)));

        long count = 0;
        var atWarm = TimeSpan.Zero;
        while (count < total)
        {
            if (consumer.Consume(TimeSpan.FromSeconds(20)) is null)
            {
                Console.Error.WriteLine($"Only {count} of {total} records came.");
                return 1;
            }

            if (++count == warm)
            {
                atWarm = Environment.CpuUsage.TotalTime;
            }
        }

        var used = Environment.CpuUsage.TotalTime - atWarm;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ns {used.TotalNanoseconds / (total - warm):F1}"));
        return 0;
    }
}

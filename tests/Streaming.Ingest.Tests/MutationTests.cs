using System.Globalization;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Testing;

namespace Streaming.Ingest.Tests;

/// <summary>Readings with a few bytes changed, deleted, repeated or added: each is refused for one reason, or passed on as somebody else's decoder reads it.</summary>
public sealed class MutationTests
{
    private const int Mutations = 30_000;
    private const int Seed = 5;
    private const long Now = 1_700_000_000_000;
    private const int FrameBytes = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_mutated_reading_is_refused_or_passed_on_as_an_independent_decoder_reads_it()
    {
        var python = await PythonEnvironment.CreateAsync("fastavro");
        var (random, host) = (new Random(Seed), new IngestHost());
        var reasons = new Dictionary<DeadLetterReason, int>();
        var accepted = new List<string>();
        for (var number = 0; number < Mutations; number++)
        {
            var sent = Mutated(Framed(random, number), random);
            host.Process(sent, appendTime: Now);
            Assert.True(host.Output.Refusals.Count == (host.Output.Count > 0 ? 0 : 1), $"{Convert.ToHexString(sent)}: {host.Output.Count} records and {host.Output.Refusals.Count} refusals.");
            if (host.Output.Count > 0)
            {
                // A reading of a group comes out once for each partition; the first of them is the one at home.
                accepted.Add($"{Convert.ToHexString(sent.AsSpan(FrameBytes))} {Convert.ToHexString(host.Output[0].Record.Value[FrameBytes..])}");
            }
            else
            {
                reasons[host.Output.Refusals[0].Reason] = reasons.GetValueOrDefault(host.Output.Refusals[0].Reason) + 1;
            }
        }

        Assert.Equal(Mutations, accepted.Count + reasons.Values.Sum());
        Assert.True(accepted.Count > 1_000 && reasons.Count >= 6, $"{accepted.Count} were accepted, refused {string.Join(", ", reasons)}.");
        await CompareAsync(python, accepted);
    }

    private static async Task CompareAsync(PythonEnvironment python, List<string> accepted)
    {
        var folder = Directory.CreateTempSubdirectory("streaming-mutations-");
        try
        {
            string In(string name) => Path.Combine(folder.FullName, name);
            await File.WriteAllTextAsync(In("raw.avsc"), SensorReading.SchemaText);
            await File.WriteAllTextAsync(In("log.avsc"), SensorLog.SchemaText);
            await File.WriteAllLinesAsync(In("accepted"), accepted);
            var said = await python.RunAsync(Path.Combine(AppContext.BaseDirectory, "Interop", "compare_readings.py"), Patience, In("raw.avsc"), In("log.avsc"), In("accepted"));
            Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $"{accepted.Count} compared, 0 different"), said, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] Framed(Random random, int number)
    {
        string[] names = ["temperature", "größe", "x", new('m', 70)];
        var metrics = new Dictionary<string, double>();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            metrics[names[random.Next(names.Length)] + i.ToString(CultureInfo.InvariantCulture)] = random.NextDouble() * 1e3;
        }

        return AvroCodec.ToFramed(
            new SensorReading
            {
                EntityId = random.Next(2) == 0 ? "cow" : "Kuh Löwenzahn 牛",
                EventTime = Now - random.Next(1_000_000_000),
                Metrics = metrics,
                Scope = random.Next(8) == 0 ? Scope.Group : Scope.Entity,
                DeviceId = random.Next(2) == 0 ? null : "bolus",
                Sequence = random.Next(2) == 0 ? null : number - (Mutations / 2),
                Tags = random.Next(2) == 0 ? [] : new Dictionary<string, string> { ["farm"] = new('n', random.Next(200)) },
            },
            IngestHost.SensorReadingId);
    }

    private static byte[] Mutated(byte[] value, Random random)
    {
        var bytes = value.ToList();
        for (var rounds = random.Next(1, 4); rounds > 0; rounds--)
        {
            // Of the frame's bytes only the first and the last: another id would stand for another schema.
            var at = random.Next(20) == 0 ? (random.Next(2) == 0 ? 0 : FrameBytes - 1) : random.Next(FrameBytes, bytes.Count);
            switch (random.Next(6))
            {
                case 0 or 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 9), bytes.Count - at)));
                    break;
                default:
                    bytes.RemoveRange(Math.Max(at, FrameBytes + 1), bytes.Count - Math.Max(at, FrameBytes + 1));
                    break;
            }

            if (bytes.Count <= FrameBytes + 1)
            {
                break;
            }
        }

        return [.. bytes];
    }
}

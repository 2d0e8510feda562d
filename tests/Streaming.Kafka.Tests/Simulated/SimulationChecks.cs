using System.Globalization;
using System.Text;
using Streaming.Contracts;
using Streaming.Kafka.TestHost;
using Streaming.Pipes;

namespace Streaming.Kafka.Tests;

/// <summary>What must hold of a simulated history.</summary>
internal sealed partial class Simulation
{
    private void CheckOutputs()
    {
        var answers = _kafka.Visible(Output).Where(record => !record.Key.AsSpan().SequenceEqual("tick"u8)).GroupBy(record => Encoding.UTF8.GetString(record.Key!)).ToDictionary(group => group.Key, group => group.Select(record => Encoding.UTF8.GetString(record.Value!)).ToList());
        if (_stage == SimulatedStage.Count)
        {
            Bench.AssertSame(CountingFilter.Expected(_log.Select(record => (record.Key, record.Value))), answers);
        }
        else if (_stage is SimulatedStage.Echo or SimulatedStage.Tick)
        {
            var expected = Offsets().Where(record => _stage == SimulatedStage.Tick || !record.Value.StartsWith("bad", StringComparison.Ordinal))
                .GroupBy(record => record.Key).ToDictionary(group => group.Key, group => group.Select(record => EchoFilter.Answer(record.Place.Partition, record.Offset, record.Value)).ToList());
            Bench.AssertSame(expected, answers);
        }
        else
        {
            Assert.Equal(
                Offsets().Where(record => !record.Value.StartsWith("bad", StringComparison.Ordinal)).Select(record => (record.Place.Partition, record.Offset, record.Value)).Order(),
                _store.Rows.Select(row => (row.Key.Place.Partition, row.Key.Offset, row.Value)).Order());
        }
    }

    /// <summary>A tick speaks only for positions that its own transaction commits, and says of each what is true of it.</summary>
    private void CheckTicks(SimulatedTransaction transaction)
    {
        foreach (var record in Enumerable.Range(0, _kafka.Topics[Output]).SelectMany(partition => _kafka.Log(new PartitionId(Output, partition))))
        {
            if (record.Transaction != transaction || record.IsMarker || !record.Key.AsSpan().SequenceEqual("tick"u8))
            {
                continue;
            }

            TicksChecked++;
            foreach (var told in Encoding.UTF8.GetString(record.Value!).Split(' '))
            {
                var fields = told.Split(':').Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
                var place = new PartitionId(Input, (int)fields[0]);
                Assert.Equal(transaction.Offsets[place], fields[1]);
                Assert.True(fields[2] == fields[1] - 1 || fields[2] == -1, $"{place}: the last record before {fields[1]} was not appended at {fields[2]}"); // here the append time is the offset
                EndsTold += (int)fields[3];
            }
        }
    }

    private void CheckDeadLetters()
    {
        var expected = Offsets().Where(record => record.Value.StartsWith("bad", StringComparison.Ordinal) || record.Value.StartsWith("huge", StringComparison.Ordinal))
            .Select(record => (string.Create(CultureInfo.InvariantCulture, $"in/{record.Place.Partition}/{record.Offset}"), record.Value, record.Value[0] == 'b' ? _stage == SimulatedStage.Store ? DeadLetterReason.RefusedByStore : DeadLetterReason.Malformed : DeadLetterReason.OutputTooLarge)).Order();
        var found = _kafka.Visible(Dead).Select(record =>
        {
            var reader = new Avro.AvroReader(record.Value.AsSpan(5), Avro.AvroLimits.Trusted);
            Assert.Equal(Avro.AvroStatus.Ok, DeadLetter.TryDecode(ref reader, out var letter));
            return (Encoding.UTF8.GetString(record.Key!), Encoding.UTF8.GetString(letter!.Value!), letter.Reason);
        }).Order();
        Assert.Equal(expected, found);
    }

    private void CheckState()
    {
        foreach (var place in Inputs())
        {
            var fresh = new CountingFilter();
            fresh.Open(place.Partition);
            var batch = new RecordBatch();
            batch.Start(0, place.Partition);
            for (var offset = 0; offset < _kafka.Log(place).Count; offset++)
            {
                var record = _kafka.Log(place)[offset];
                batch.Add(offset, -1, record.Key, true, record.Value, true);
            }

            fresh.Replay(batch);
            var owner = _running.FirstOrDefault(running => running?.Clients.Member is { } member && _kafka.OwnedBy(member).Contains(place));
            if (owner is not null && owner.Statistics.Partitions.Any(partition => partition.Partition == place.Partition && partition.State == PartitionState.Live))
            {
                Assert.Equal(fresh.Dump(place.Partition), ((CountingFilter)owner.Filter).Dump(place.Partition));
                StatesCompared++;
            }
        }
    }
}

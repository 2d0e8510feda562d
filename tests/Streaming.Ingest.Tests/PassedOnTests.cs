using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Ingest.Tests;

public sealed class PassedOnTests
{
    private readonly IngestHost _host = new();

    [Fact]
    public void A_reading_is_passed_on_as_it_is_with_time_and_place_of_its_arrival_keyed_by_its_entity()
    {
        var reading = IngestHost.Reading();
        _host.Process(AvroCodec.ToFramed(reading, IngestHost.SensorReadingId), appendTime: 1_700_000_000_123, key: "another", partition: 2, offset: 77);
        var (partition, key, log) = Assert.Single(_host.Logs());
        Assert.Equal((OutputBatch.ByKey, "cow-1"), (partition, key));
        Assert.Equal(new IngestedReading { IngestTime = 1_700_000_000_123, SourcePartition = 2, SourceOffset = 77, Copy = false, Reading = reading }, log.IngestedReading);
        Assert.Empty(_host.Output.Refusals);
    }

    [Fact]
    public void A_key_may_be_anything()
    {
        _host.Process(AvroCodec.ToFramed(IngestHost.Reading(), IngestHost.SensorReadingId), key: null);
        Assert.Equal("cow-1", Assert.Single(_host.Logs()).Key);
    }

    [Fact]
    public void A_reading_of_another_writer_schema_becomes_one_of_ours()
    {
        var buffer = new AvroBuffer();
        ConfluentFraming.Write(buffer, IngestHost.OtherSchemaId);
        var writer = new AvroWriter(buffer);
        writer.WriteBlock(1);
        writer.WriteString("temperature");
        writer.WriteFloat(38.5f);
        writer.WriteEnd();
        writer.WriteString("2.1");
        writer.WriteLong(1_700_000_000_000);
        writer.WriteString("cow-2");
        _host.Process(buffer.WrittenSpan.ToArray());
        var reading = Assert.Single(_host.Logs()).Log.IngestedReading!.Reading;
        Assert.Equal(("cow-2", 1_700_000_000_000, 38.5, Scope.Entity, null, null), (reading.EntityId, reading.EventTime, reading.Metrics["temperature"], reading.Scope, reading.DeviceId, reading.Sequence));
    }

    [Fact]
    public void Rule_4_where_the_broker_does_not_stamp_the_workers_clock_does()
    {
        _host.Now = 1_700_000_000_500;
        _host.Process(IngestHost.Reading(), appendTime: -1);
        Assert.Equal(1_700_000_000_500, Assert.Single(_host.Logs()).Log.IngestedReading!.IngestTime);
        _host.Now = 1_700_000_000_400;
        _host.Process(IngestHost.Reading(), appendTime: -1);
        Assert.Equal(1_700_000_000_500, Assert.Single(_host.Logs()).Log.IngestedReading!.IngestTime);
    }

    [Fact]
    public void Rule_5_a_group_reading_goes_to_every_partition_as_a_copy_except_at_home()
    {
        _host.Process(IngestHost.Reading("barn", scope: Scope.Group));
        var logs = _host.Logs();
        Assert.Equal(OutputBatch.ByKey, logs[0].Partition);
        Assert.False(logs[0].Log.IngestedReading!.Copy);
        var home = Murmur2.Partition("barn"u8, IngestHost.Partitions);
        Assert.Equal(Enumerable.Range(0, IngestHost.Partitions).Where(partition => partition != home), logs.Skip(1).Select(log => log.Partition));
        Assert.All(logs.Skip(1), log => Assert.True(log.Log.IngestedReading! is { Copy: true, Reading.EntityId: "barn" }));
    }

    [Fact]
    public void Rule_6_what_a_member_says_goes_to_every_partition_with_time_and_place()
    {
        var said = new GroupFeatures
        {
            GroupId = "barn",
            MemberId = "cow-1",
            FeatureSet = "herd",
            FeatureSetVersion = 3,
            FeatureSetHash = "ab",
            BucketStart = 1_700_000_000_000,
            BucketEnd = 1_700_000_600_000,
            Revision = 2,
            Features = new Dictionary<string, double> { ["temperature"] = 38.5, ["odd"] = -1 },
            SourcePartition = 55,
        };
        _host.Process(AvroCodec.ToFramed(said, IngestHost.MembersId), appendTime: 1_700_000_700_000, topic: 2, partition: 1, offset: 9);
        var logs = _host.Logs();
        Assert.Equal(Enumerable.Range(0, IngestHost.Partitions), logs.Select(log => log.Partition));
        Assert.All(logs, log => Assert.Equal(("barn", said with { IngestTime = 1_700_000_700_000, SourcePartition = 1, SourceOffset = 9 }), (log.Key, log.Log.GroupFeatures)));
        Assert.Empty(_host.Output.Refusals);
    }

    [Fact]
    public void What_is_no_record_of_a_member_is_refused_and_its_neighbours_are_passed_on()
    {
        _host.Process([1, 2, 3], topic: 2);
        Assert.Equal(DeadLetterReason.NotFramed, _host.Refused().Reason);
        _host.Process([.. AvroCodec.ToFramed(IngestHost.Reading(), IngestHost.MembersId).Take(9)], topic: 2);
        Assert.Equal(DeadLetterReason.Malformed, _host.Refused().Reason);
        var said = new GroupFeatures { GroupId = "", MemberId = "cow-1", FeatureSet = "herd", FeatureSetVersion = 1, FeatureSetHash = "", BucketStart = 5, BucketEnd = 6, Revision = 0, Features = new Dictionary<string, double>() };
        _host.Process(AvroCodec.ToFramed(said with { MemberId = "" }, IngestHost.MembersId), topic: 2);
        Assert.Equal(DeadLetterReason.InvalidEntity, _host.Refused().Reason);
        _host.Process(AvroCodec.ToFramed(said with { BucketEnd = 5 }, IngestHost.MembersId), topic: 2);
        Assert.Equal(DeadLetterReason.InvalidTime, _host.Refused().Reason);
        _host.Process(AvroCodec.ToFramed(said, IngestHost.MembersId), topic: 2);
        Assert.Equal(IngestHost.Partitions, _host.Logs().Count);
    }

    [Fact]
    public void Attributes_are_passed_on_with_time_and_place_and_may_be_valid_from_any_time()
    {
        var attributes = new EntityAttributes
        {
            EntityId = "cow-1",
            ValidFrom = 1_900_000_000_000,
            GroupId = "barn",
            Attributes = new Dictionary<string, double> { ["age"] = 4, ["left"] = double.NaN },
            SourcePartition = 55,
            Copy = true,
        };
        _host.Process(AvroCodec.ToFramed(attributes, IngestHost.AttributesId), topic: 1, partition: 0, offset: 3);
        Assert.Equal(attributes with { IngestTime = 1_700_000_000_000, SourcePartition = 0, SourceOffset = 3, Copy = false }, Assert.Single(_host.Logs()).Log.EntityAttributes);

        _host.Process(AvroCodec.ToFramed(attributes with { Scope = Scope.Group, GroupId = null }, IngestHost.AttributesId), topic: 1, partition: 0);
        Assert.Equal(IngestHost.Partitions, _host.Logs().Count);
        Assert.Equal(IngestHost.Partitions - 1, _host.Logs().Count(log => log.Log.EntityAttributes!.Copy));
    }
}

using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Features.Tests.Support;

/// <summary>A record that came out: to compare byte by byte, and to read.</summary>
internal sealed record Given(int Topic, string Key, string Value, string Headers)
{
    public static Given Of(OutputRecord output) =>
        new(output.Topic, Convert.ToHexString(output.Record.Key), Convert.ToHexString(output.Record.Value), Convert.ToHexString(output.Record.Headers.Packed));

    public FeatureVector Vector()
    {
        Assert.Equal(0, Topic);
        var status = AvroCodec.TryDecode<FeatureVector>(Convert.FromHexString(Value).AsSpan(ConfluentFraming.HeaderLength), AvroLimits.Default, out var vector);
        Assert.Equal(AvroStatus.Ok, status);
        return vector!;
    }

    public IngestedReading Late()
    {
        Assert.Equal(1, Topic);
        var status = AvroCodec.TryDecode<IngestedReading>(Convert.FromHexString(Value).AsSpan(ConfluentFraming.HeaderLength), AvroLimits.Default, out var reading);
        Assert.Equal(AvroStatus.Ok, status);
        return reading!;
    }

    public GroupFeatures Said()
    {
        Assert.Equal(3, Topic);
        var status = AvroCodec.TryDecode<GroupFeatures>(Convert.FromHexString(Value).AsSpan(ConfluentFraming.HeaderLength), AvroLimits.Default, out var said);
        Assert.Equal(AvroStatus.Ok, status);
        return said!;
    }

    public string Header(string name)
    {
        Assert.True(new RecordHeaders(Convert.FromHexString(Headers)).TryGet(System.Text.Encoding.UTF8.GetBytes(name), out var value));
        return System.Text.Encoding.UTF8.GetString(value);
    }
}

using System.Text;

namespace Streaming.Avro.Tests;

public sealed class ReaderWriterTests
{
    // From Avro's specification.
    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "01")]
    [InlineData(1, "02")]
    [InlineData(-2, "03")]
    [InlineData(2, "04")]
    [InlineData(-64, "7F")]
    [InlineData(64, "8001")]
    [InlineData(long.MaxValue, "FEFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MinValue, "FFFFFFFFFFFFFFFFFF01")]
    public void A_long_is_written_as_the_specification_says(long value, string hex)
    {
        var buffer = new AvroBuffer();
        new AvroWriter(buffer).WriteLong(value);

        Assert.Equal(hex, Convert.ToHexString(buffer.WrittenSpan));
    }

    [Fact]
    public void A_long_of_any_size_is_read_as_written_wherever_it_stands()
    {
        for (var bit = 0; bit < 64; bit++)
        {
            foreach (var near in new[] { -1, 0, 1 })
            {
                var value = (1L << bit) + near;
                foreach (var signed in new[] { value, -value, ~value })
                {
                    // Behind it there may be much, little or nothing: that decides how it is read.
                    foreach (var behind in new[] { 0, 1, 7, 20 })
                    {
                        var buffer = new AvroBuffer();
                        new AvroWriter(buffer).WriteLong(signed);
                        var length = buffer.Length;
                        new AvroWriter(buffer).WriteRaw(Enumerable.Repeat((byte)0xFF, behind).ToArray());
                        var reader = new AvroReader(buffer.WrittenSpan, AvroLimits.Default);

                        Assert.Equal(signed, reader.ReadLong());
                        Assert.Equal(length, reader.Position);
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFFFF02", AvroStatus.VarintTooLong)]
    [InlineData("FFFFFFFFFFFFFFFFFFFF00", AvroStatus.VarintTooLong)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", AvroStatus.VarintTooLong)]
    [InlineData("FFFF", AvroStatus.Truncated)]
    [InlineData("", AvroStatus.Truncated)]
    [InlineData("808000", AvroStatus.Ok)]
    public void A_varint_is_bounded(string hex, AvroStatus status)
    {
        var reader = new AvroReader(Convert.FromHexString(hex), AvroLimits.Default);
        reader.ReadLong();

        Assert.Equal(status, reader.End());
    }

    [Theory]
    [InlineData((long)int.MaxValue + 1)]
    [InlineData((long)int.MinValue - 1)]
    public void An_int_has_32_bits(long value)
    {
        var buffer = new AvroBuffer();
        new AvroWriter(buffer).WriteLong(value);
        var reader = new AvroReader(buffer.WrittenSpan, AvroLimits.Default);
        reader.ReadInt();

        Assert.Equal(AvroStatus.IntOutOfRange, reader.Status);
    }

    [Fact]
    public void The_first_fault_stays_and_nothing_is_read_after_it()
    {
        var reader = new AvroReader([2, 4, 6], AvroLimits.Default);
        reader.ReadBoolean();

        Assert.Equal(AvroStatus.InvalidBoolean, reader.Status);
        Assert.Equal(0, reader.ReadLong());
        Assert.True(reader.ReadBytes().IsEmpty);
        Assert.Equal(AvroStatus.InvalidBoolean, reader.End());
    }

    [Fact]
    public void Strings_are_utf8_by_the_platforms_own_judgement()
    {
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        var random = new Random(21);
        for (var i = 0; i < 20_000; i++)
        {
            // Every length about which the quick check decides, mostly ASCII with something else at any place.
            var bytes = new byte[random.Next(40)];
            for (var j = 0; j < bytes.Length; j++)
            {
                bytes[j] = (byte)(random.Next(40) == 0 ? random.Next(256) : random.Next(128));
            }

            var buffer = new AvroBuffer();
            new AvroWriter(buffer).WriteBytes(bytes);
            var reader = new AvroReader(buffer.WrittenSpan, AvroLimits.Default);
            reader.ReadUtf8();

            Assert.Equal(IsValid(strict, bytes) ? AvroStatus.Ok : AvroStatus.InvalidUtf8, reader.End());
        }
    }

    [Fact]
    public void Limits_hold_to_the_item()
    {
        var buffer = new AvroBuffer();
        var writer = new AvroWriter(buffer);
        writer.WriteString("12345");
        writer.WriteInts([1, 2, 3]);

        Assert.Equal(AvroStatus.Ok, Read(buffer, new AvroLimits(5, 3, 3)));
        Assert.Equal(AvroStatus.LengthBeyondLimit, Read(buffer, new AvroLimits(4, 3, 3)));
        Assert.Equal(AvroStatus.TooManyItems, Read(buffer, new AvroLimits(5, 2, 3)));
        Assert.Equal(AvroStatus.TooManyItems, Read(buffer, new AvroLimits(5, 3, 2)));
    }

    [Fact]
    public void Framing_is_a_zero_and_a_big_endian_id()
    {
        var buffer = new AvroBuffer();
        ConfluentFraming.Write(buffer, 0x01020304);
        new AvroWriter(buffer).WriteBoolean(true);

        Assert.Equal("000102030401", Convert.ToHexString(buffer.WrittenSpan));
        Assert.True(ConfluentFraming.TryRead(buffer.WrittenSpan, out var id, out var body));
        Assert.Equal(0x01020304, id);
        Assert.Equal(1, body.Length);
        Assert.True(ConfluentFraming.TryRead([0, 0, 0, 0, 1], out _, out body));
        Assert.True(body.IsEmpty);
        Assert.False(ConfluentFraming.TryRead([0, 0, 0, 0], out _, out _));
        Assert.False(ConfluentFraming.TryRead([1, 0, 0, 0, 0], out _, out _));
    }

    [Fact]
    public void A_buffer_grows_keeps_and_forgets()
    {
        var buffer = new AvroBuffer(capacity: 0);
        var expected = new List<byte>();
        for (var i = 0; i < 1000; i++)
        {
            buffer.GetSpan(i % 7)[0] = (byte)i;
            buffer.Advance(1);
            expected.Add((byte)i);
        }

        Assert.Equal(expected, buffer.WrittenSpan.ToArray());
        buffer.Truncate(2);
        Assert.Equal([0, 1], buffer.WrittenSpan.ToArray());
        buffer.Reset();
        Assert.Equal(0, buffer.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Truncate(1));
    }

    private static AvroStatus Read(AvroBuffer buffer, AvroLimits limits)
    {
        var reader = new AvroReader(buffer.WrittenSpan, limits);
        reader.ReadUtf8();
        var list = new AvroIntList(ref reader);
        Assert.True(!reader.IsOk || list.Count == 3);
        return reader.End();
    }

    private static bool IsValid(UTF8Encoding strict, byte[] bytes)
    {
        try
        {
            strict.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}

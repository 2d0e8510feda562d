using System.Diagnostics;
using System.Text;

namespace Streaming.Telemetry.Tests;

public sealed class TraceContextTests
{
    private const string Good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public void What_is_written_is_read_again()
    {
        var context = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        var bytes = new byte[TraceContext.Length];

        TraceContext.Write(context, bytes);

        Assert.True(TraceContext.TryRead(bytes, "a=1"u8, out var read));
        Assert.Equal((context.TraceId, context.SpanId, context.TraceFlags, "a=1"), (read.TraceId, read.SpanId, read.TraceFlags, read.TraceState));
        Assert.Equal($"00-{context.TraceId}-{context.SpanId}-01", Encoding.ASCII.GetString(bytes));
    }

    [Theory]
    [InlineData(Good, true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03", true)]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-will-be-like", true)]
    public void The_standards_contexts_are_read(string parent, bool isSampled)
    {
        Assert.True(TraceContext.TryRead(Encoding.ASCII.GetBytes(parent), default, out var context));
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", context.TraceId.ToHexString());
        Assert.Equal("b7ad6b7169203331", context.SpanId.ToHexString());
        Assert.Equal(isSampled, context.TraceFlags == ActivityTraceFlags.Recorded);
        Assert.True(context.IsRemote);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-011")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more")]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01")]
    [InlineData("00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01")]
    public void Anything_else_counts_as_none(string parent) => Assert.False(TraceContext.TryRead(Encoding.ASCII.GetBytes(parent), default, out _));

    [Fact]
    public void A_state_that_is_too_long_is_left_behind()
    {
        Assert.True(TraceContext.TryRead(Encoding.ASCII.GetBytes(Good), new byte[513], out var context));
        Assert.Null(context.TraceState);
    }
}

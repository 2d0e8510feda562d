using Streaming.Avro.Registry;

namespace Streaming.Registry.Tests;

public sealed class SchemaReadinessGateTests
{
    [Theory]
    [InlineData("00000000018899", WriterSchemaStatus.Fetching, false)]
    [InlineData("0000000001", WriterSchemaStatus.Fetching, false)]
    [InlineData("00000000018899", WriterSchemaStatus.Ready, true)]
    [InlineData("00000000018899", WriterSchemaStatus.Unknown, true)]
    [InlineData("00000000018899", WriterSchemaStatus.Incompatible, true)]
    [InlineData("00000000", WriterSchemaStatus.Fetching, true)]
    [InlineData("01000000018899", WriterSchemaStatus.Fetching, true)]
    [InlineData("", WriterSchemaStatus.Fetching, true)]
    public void Only_a_framed_record_whose_schema_is_on_its_way_waits(string value, WriterSchemaStatus status, bool isReady)
    {
        var gate = new SchemaReadinessGate([null, new Fixed(status)]);

        Assert.Equal(isReady, gate.IsReady(1, Convert.FromHexString(value)));
        Assert.True(gate.IsReady(0, Convert.FromHexString(value)));
    }

    private sealed class Fixed(WriterSchemaStatus status) : IWriterSchemas
    {
        public WriterSchemaStatus TryGet(int id, out WriterSchema? schema)
        {
            Assert.Equal(1, id);
            schema = null;
            return status;
        }

        public string? Explain(int id) => null;
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Streaming.Avro.Files;

/// <summary>
/// Writes an Avro object container file: the header with its schema, then blocks of items, uncompressed. The same schema and items give the same bytes, since
/// the marker between blocks is derived from the schema. For one thread.
/// </summary>
/// <remarks>The file goes into a buffer, which the caller empties where it wants to, between items.</remarks>
public sealed class AvroFileWriter
{
    /// <summary>Bytes of items from which on a block is ended.</summary>
    public const int BlockLength = 64 * 1024;

    private const int MarkerLength = 16;

    private readonly AvroBuffer _output;
    private readonly AvroSchema _schema;
    private readonly byte[] _marker;
    private long _items;

    /// <summary>A file that is written into a buffer.</summary>
    /// <param name="output">The buffer.</param>
    /// <param name="schema">The schema of each item.</param>
    public AvroFileWriter(AvroBuffer output, AvroSchema schema)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(schema);
        _output = output;
        _schema = schema;
        _marker = SHA256.HashData(Encoding.UTF8.GetBytes(schema.Text))[..MarkerLength];
    }

    /// <summary>Where the next item's body is to be written, before <see cref="EndItem"/>.</summary>
    public AvroBuffer Block { get; } = new(BlockLength + 4096);

    /// <summary>Writes the header. To be called once, before anything else.</summary>
    public void Start()
    {
        var writer = new AvroWriter(_output);
        writer.WriteRaw("Obj\x01"u8);
        writer.WriteBlock(2);
        writer.WriteString("avro.codec");
        writer.WriteBytes("null"u8);
        writer.WriteString("avro.schema");
        writer.WriteBytes(Encoding.UTF8.GetBytes(_schema.Text));
        writer.WriteEnd();
        writer.WriteRaw(_marker);
    }

    /// <summary>Ends an item; its body is in <see cref="Block"/>.</summary>
    public void EndItem()
    {
        _items++;
        if (Block.Length >= BlockLength)
        {
            EndBlock();
        }
    }

    /// <summary>Writes what is left. To be called once, after everything else.</summary>
    public void Finish()
    {
        if (_items > 0)
        {
            EndBlock();
        }
    }

    private void EndBlock()
    {
        var writer = new AvroWriter(_output);
        writer.WriteLong(_items);
        writer.WriteBytes(Block.WrittenSpan);
        writer.WriteRaw(_marker);
        Block.Reset();
        _items = 0;
    }
}

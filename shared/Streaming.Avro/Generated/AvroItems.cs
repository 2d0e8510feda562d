using System.Buffers.Binary;
using System.ComponentModel;

namespace Streaming.Avro.Generated;

/// <summary>Arrays of a decoded value, grown block by block. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class AvroItems
{
    /// <summary>Makes room for a block that was checked against the bytes that remain.</summary>
    public static void Grow<T>(ref T[] items, int count, int more)
    {
        var needed = count + more;
        if (items.Length < needed)
        {
            // One block, the usual case, gets exactly its size; many small ones must not copy each time.
            Array.Resize(ref items, count == 0 ? needed : Math.Max(needed, items.Length * 2));
        }
    }

    /// <summary>Cuts the room that was not needed.</summary>
    public static T[] Trim<T>(T[] items, int count)
    {
        if (items.Length != count)
        {
            Array.Resize(ref items, count);
        }

        return items;
    }

    /// <summary>Reads a whole array of doubles.</summary>
    public static double[] ReadDoubles(ref AvroReader reader)
    {
        var items = Array.Empty<double>();
        var count = 0;
        for (int block; (block = reader.ReadBlock(count, sizeof(double))) > 0; count += block)
        {
            Grow(ref items, count, block);
            var bytes = reader.ReadFixed(block * sizeof(double));
            for (var i = 0; bytes.Length > 0; bytes = bytes[sizeof(double)..], i++)
            {
                items[count + i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes);
            }
        }

        return Trim(items, count);
    }
}

namespace Streaming.Avro.Tests;

/// <summary>Spoils good bytes in the ways in which bytes go bad, and in those in which someone would.</summary>
internal sealed class BadBytes(int seed)
{
    // Lengths and counts: 2^31 - 1, 2^40, the least long, -1, a varint without an end.
    private static readonly byte[][] Numbers =
    [
        [0xFE, 0xFF, 0xFF, 0xFF, 0x0F], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x01],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x80, 0x00],
    ];

    private readonly Random _random = new(seed);

    public byte[] Of(byte[] good)
    {
        switch (_random.Next(6))
        {
            case 0:
                return good[.._random.Next(good.Length + 1)];
            case 1:
                var random = new byte[_random.Next(64)];
                _random.NextBytes(random);
                return random;
            case 2:
                var place = _random.Next(good.Length + 1);
                return [.. good[..place], .. Numbers[_random.Next(Numbers.Length)], .. good[place..]];
            case 3:
                return [.. good, .. good];
            case 4:
                return [.. Enumerable.Repeat((byte)_random.Next(256), _random.Next(2000))];
            default:
                var flipped = (byte[])good.Clone();
                for (var flips = _random.Next(1, 4); flips > 0 && flipped.Length > 0; flips--)
                {
                    flipped[_random.Next(flipped.Length)] ^= (byte)(1 << _random.Next(8));
                }

                return flipped;
        }
    }
}

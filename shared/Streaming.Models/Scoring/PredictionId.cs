using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Streaming.Models.Scoring;

/// <summary>
/// The id of a prediction: the first 16 bytes, in hex, of SHA-256 over deployment, model SHA-256, feature set hash, entity id (each in UTF-8),
/// bucket start and revision (each in 8 bytes, big-endian), separated by a zero byte.
/// </summary>
public static class PredictionId
{
    /// <summary>Characters of an id.</summary>
    public const int Length = 32;

    private const int HashedBytes = Length / 2;
    private const int StackBytes = 512;
    private const string Digits = "0123456789abcdef";

    /// <summary>Computes an id.</summary>
    /// <param name="deployment">The deployment's name.</param>
    /// <param name="modelSha256">SHA-256 of the model, 64 lower-case hex digits.</param>
    /// <param name="featureSetHash">The feature set's content hash, as in the vector.</param>
    /// <param name="entityId">The entity.</param>
    /// <param name="bucketStart">Milliseconds since 1970.</param>
    /// <param name="revision">The vector's revision.</param>
    public static string Compute(string deployment, string modelSha256, string featureSetHash, string entityId, long bucketStart, long revision)
    {
        Span<byte> id = stackalloc byte[Length];
        Compute(
            Encoding.UTF8.GetBytes(deployment),
            Encoding.UTF8.GetBytes(modelSha256),
            Encoding.UTF8.GetBytes(featureSetHash),
            Encoding.UTF8.GetBytes(entityId),
            bucketStart,
            revision,
            id);
        return Encoding.ASCII.GetString(id);
    }

    /// <summary>Computes an id from UTF-8 into <see cref="Length"/> bytes of UTF-8, without allocation for entity ids of a usual length.</summary>
    public static void Compute(
        ReadOnlySpan<byte> deployment,
        ReadOnlySpan<byte> modelSha256,
        ReadOnlySpan<byte> featureSetHash,
        ReadOnlySpan<byte> entityId,
        long bucketStart,
        long revision,
        Span<byte> id)
    {
        var length = deployment.Length + modelSha256.Length + featureSetHash.Length + entityId.Length + (2 * sizeof(long)) + 5;
        byte[]? rented = null;
        var text = length <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(length);
        var at = 0;
        Append(text, ref at, deployment);
        Append(text, ref at, modelSha256);
        Append(text, ref at, featureSetHash);
        Append(text, ref at, entityId);
        BinaryPrimitives.WriteInt64BigEndian(text[at..], bucketStart);
        text[at + sizeof(long)] = 0;
        BinaryPrimitives.WriteInt64BigEndian(text[(at + sizeof(long) + 1)..], revision);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        for (var index = 0; index < HashedBytes; index++)
        {
            id[2 * index] = (byte)Digits[hash[index] >> 4];
            id[(2 * index) + 1] = (byte)Digits[hash[index] & 15];
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void Append(Span<byte> text, ref int at, ReadOnlySpan<byte> part)
    {
        part.CopyTo(text[at..]);
        at += part.Length;
        text[at++] = 0;
    }
}

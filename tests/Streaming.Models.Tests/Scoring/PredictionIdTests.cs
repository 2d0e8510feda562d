using System.Security.Cryptography;
using System.Text;
using Streaming.Models.Scoring;

namespace Streaming.Models.Tests.Scoring;

public sealed class PredictionIdTests
{
    private static readonly string Sha256 = new('a', 64);
    private static readonly string SetHash = new('b', 64);

    // Computed in Python: hashlib.sha256(b"\0".join([...utf-8..., struct.pack(">q", start), struct.pack(">q", revision)])).hexdigest()[:32]
    [Theory]
    [InlineData("datatest", 1422886710000, 0, "9e9623af248dc4bd87d90b856ce8f999")]
    [InlineData("Kuh-Ä-🐄", -1, 7, "5b4f63f65e76025044fb6ce8c0750990")]
    [InlineData("", 0, int.MaxValue, "c3c3f00ee86e2ec8afaf0177ecb70e99")]
    public void An_id_is_the_hash_that_others_compute(string entity, long bucketStart, int revision, string id) =>
        Assert.Equal(id, PredictionId.Compute("d", Sha256, SetHash, entity, bucketStart, revision));

    [Fact]
    public void An_entity_id_may_have_any_length()
    {
        foreach (var length in new[] { 0, 1, 300, 345, 346, 347, 400, 10_000 })
        {
            var entity = new string('e', length);
            byte[] text = [.. Encoding.UTF8.GetBytes($"d\0{Sha256}\0{SetHash}\0{entity}\0"), 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3];

            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(text))[..32], PredictionId.Compute("d", Sha256, SetHash, entity, 258, 3));
        }
    }

    [Fact]
    public void Every_part_counts_and_none_runs_into_its_neighbour()
    {
        string[] ids =
        [
            PredictionId.Compute("d", Sha256, SetHash, "e", 1, 0),
            PredictionId.Compute("D", Sha256, SetHash, "e", 1, 0),
            PredictionId.Compute("d", SetHash, SetHash, "e", 1, 0),
            PredictionId.Compute("d", Sha256, Sha256, "e", 1, 0),
            PredictionId.Compute("d", Sha256, SetHash, "f", 1, 0),
            PredictionId.Compute("d", Sha256, SetHash, "e", 2, 0),
            PredictionId.Compute("d", Sha256, SetHash, "e", 1, 1),
            PredictionId.Compute("d" + Sha256[..1], Sha256[1..], SetHash, "e", 1, 0),
        ];

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{32}$", id));
    }
}

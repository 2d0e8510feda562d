using System.Text;
using Streaming.Features.Assembly;

namespace Streaming.Features.Tests.Laws;

public sealed class HashLaws
{
    [Fact]
    public void Hashes_of_different_bytes_differ()
    {
        var texts = Enumerable.Range(0, 50_000).Select(i => Encoding.UTF8.GetBytes(new string('x', i % 40) + i)).Append([]).ToList();
        Assert.Equal(texts.Count, texts.Select(text => Hash.Stable(text)).Distinct().Count());
        Assert.Equal(texts.Count, texts.Select(text => Hash.Salted(text)).Distinct().Count());
    }

    [Fact]
    public void A_stable_hash_stays_what_it_is()
    {
        Assert.Equal(Hash.Stable("streaming"u8), Hash.Stable(Encoding.UTF8.GetBytes("streaming")));
        Assert.Equal(5_222_652_568_002_612_066ul, Hash.Stable("streaming"u8));
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Streaming.History.Export;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.History.Sqlite;
using Streaming.History.Writer;
using Streaming.Monitoring;

namespace Streaming.History.Tests.Export;

public sealed class ExportTests
{
    private const int Cases = 150;

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_join_is_that_of_every_row_with_every_bucket()
    {
        var states = new HashSet<LabelState>();
        var predicted = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var example = new ExportCase(seed);
            var joined = await JoinAsync(new ListHistory(example.Rows), example.Query);
            Assert.Equal(NaiveExport.Of(example.Rows, example.Query), joined.Select(NaiveExport.Text));
            states.UnionWith(joined.Select(row => row.State));
            predicted += joined.Count(row => row.Prediction is not null);
        }

        // Cases without anything to join would prove nothing.
        Assert.Equal(Enum.GetValues<LabelState>().Length, states.Count);
        Assert.InRange(predicted, 100, int.MaxValue);
    }

    [Fact]
    public async Task Nothing_known_after_the_moment_changes_a_byte()
    {
        var changedWithoutTheMoment = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var example = new ExportCase(seed);
            var asOf = SampleRows.FirstBucket + (new Random(seed).Next(200) * 60_000L);
            var query = example.Query with { AsOf = asOf };
            var known = example.Rows.Where(row => row.Origin.KnownTime <= asOf).ToList();
            foreach (var format in Enum.GetValues<ExportFormat>())
            {
                var before = await ExportCase.BytesAsync(new ListHistory(known), query, format);
                Assert.Equal(before, await ExportCase.BytesAsync(new ListHistory(example.Rows), query, format));
                Assert.Equal(before, await ExportCase.BytesAsync(new ListHistory([.. example.Rows, .. Later(example.Rows, asOf)]), query, format));
            }

            var naive = NaiveExport.Of(known, query with { AsOf = long.MaxValue });
            changedWithoutTheMoment += naive.SequenceEqual(NaiveExport.Of(example.Rows, query with { AsOf = long.MaxValue })) ? 0 : 1;
        }

        Assert.InRange(changedWithoutTheMoment, Cases / 2, Cases);
    }

    [Fact]
    public async Task Which_feature_set_is_meant_does_not_change_by_what_becomes_known_later()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var rows = SampleRows.Of(seed, 300).OfType<FeatureSetRow>().ToList();
            var asOf = SampleRows.FirstBucket + (new Random(seed).Next(100) * 60_000L);
            var known = rows.Where(row => row.Origin.KnownTime <= asOf).ToList();
            foreach (int? version in (int?[])[null, 1, 2])
            {
                var (before, _) = await FeatureSetChoice.FindAsync(new ListHistory(known), "occupancy", version, asOf, Ending);
                var (after, fault) = await FeatureSetChoice.FindAsync(new ListHistory(rows), "occupancy", version, asOf, Ending);
                if (before is not null)
                {
                    Assert.Equal(before.Hash, after!.Hash);
                    Assert.Equal(before.Version, after.Version);
                }
                else
                {
                    Assert.True(after is null != fault is null);
                }
            }
        }
    }

    [Fact]
    public async Task A_file_is_the_same_from_another_store_with_any_pages_in_any_culture_and_for_any_order_of_writing()
    {
        var folder = new TemporaryFolder();
        for (var seed = 0; seed < 6; seed++)
        {
            var example = new ExportCase(seed, count: 500);
            var formats = Enum.GetValues<ExportFormat>();
            var expected = new List<byte[]>();
            foreach (var format in formats)
            {
                expected.Add(await ExportCase.BytesAsync(new ListHistory(example.Rows), example.Query, format));
            }

            foreach (var rowsPerPage in (int[])[1, 7, 1000])
            {
                var options = new SqliteHistoryOptions { Path = folder.File($"{seed}-{rowsPerPage}.db"), RowsPerPage = rowsPerPage };
                await using var history = await SqliteHistory.OpenAsync(options, Ending);
                var rows = example.Rows.ToArray();
                new Random(rowsPerPage).Shuffle(rows);
                await history.WriteAsync(rows, Ending);
                using var culture = new OtherCulture();
                for (var format = 0; format < formats.Length; format++)
                {
                    Assert.Equal(expected[format], await ExportCase.BytesAsync(history, example.Query, formats[format]));
                }
            }
        }

        folder.Dispose();
    }

    [Fact]
    public async Task A_bucket_is_labelled_only_when_its_truth_can_have_come()
    {
        const long Length = SampleRows.BucketLength;
        const long Start = SampleRows.FirstBucket;
        VectorRow vector = ExportRows.Vector("cow", Start, known: Start + Length);
        var early = ExportRows.Label("cow", Start, end: null, "ill", known: Start + Length + 1, offset: 1);
        async Task<ExportRow> RowAsync(long asOf, string? assumed, params HistoryRow[] rows) => Assert.Single(
            await JoinAsync(new ListHistory([vector, .. rows]), ExportRows.Query with { AsOf = asOf, Label = new LabelRule("illness", Maturity: 10 * Length, assumed) }));

        // A label that came early does not make its bucket riper than its neighbours, whose labels take longer.
        var ripe = Start + (11 * Length);
        Assert.Equal((LabelState.Immature, null), Said(await RowAsync(ripe - 1, "well", early)));
        Assert.Equal((LabelState.Known, "ill"), Said(await RowAsync(ripe, "well", early)));
        Assert.Equal(LabelState.Assumed, (await RowAsync(ripe, "well")).State);
        Assert.Equal(LabelState.Missing, (await RowAsync(ripe, assumed: null)).State);

        // A correction replaces what was said before, from when it was known.
        var correction = ExportRows.Label("cow", Start, end: null, "well after all", known: ripe + 5, offset: 0);
        Assert.Equal((LabelState.Known, "ill"), Said(await RowAsync(ripe + 4, null, early, correction)));
        Assert.Equal((LabelState.Known, "well after all"), Said(await RowAsync(ripe + 5, null, early, correction)));
    }

    [Fact]
    public async Task Intervals_join_over_midnight_and_over_weeks()
    {
        const long Length = SampleRows.BucketLength;
        var midnight = (Day.Of(SampleRows.FirstBucket) + 1) * Day.Milliseconds;
        HistoryRow[] rows =
        [
            ExportRows.Vector("cow", midnight - (Length / 2), known: 0),
            ExportRows.Vector("cow", midnight + (20 * Day.Milliseconds), known: 0),
            ExportRows.Vector("dog", midnight - (Length / 2), known: 0),
            ExportRows.Label("cow", midnight - (30 * Day.Milliseconds), end: midnight + (30 * Day.Milliseconds), "ill", known: 1, offset: 0),
            ExportRows.Label("dog", midnight + 1, end: null, "barks", known: 1, offset: 1),
        ];

        var joined = await JoinAsync(new ListHistory(rows), ExportRows.Query);

        Assert.Equal(["cow ill", "dog barks", "cow ill"], joined.Select(row => $"{row.Vector.EntityId} {row.Label?.Value}"));
    }

    [Fact]
    public async Task A_store_that_does_not_keep_its_order_is_refused()
    {
        IAsyncEnumerable<VectorRow> vectors = new List<VectorRow> { ExportRows.Vector("b", SampleRows.FirstBucket, 0), ExportRows.Vector("a", SampleRows.FirstBucket, 0) }.ToAsyncEnumerable();
        var sources = new ExportSources(vectors, _ => AsyncEnumerable.Empty<LabelRow>(), AsyncEnumerable.Empty<PredictionRow>);
        var refused = await Assert.ThrowsAsync<HistoryUnusableException>(async () => await new ExportJoin(ExportRows.Query).JoinAsync(sources, Ending).ToListAsync(Ending));
        Assert.Contains("rows must come by day, entity and time", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vectors_of_another_content_are_left_out_and_counted_and_malformed_ones_refused()
    {
        var good = ExportRows.Vector("cow", SampleRows.FirstBucket, 0);
        var other = good with { FeatureSetHash = "other", Origin = good.Origin with { Offset = 77 } };
        using var file = new MemoryStream();
        var result = await new Exporter(new ListHistory([good, other]), ExportRows.Query).WriteAsync(ExportFormat.Csv, file, cancellation: Ending);
        Assert.Equal((1, 1), (result.Counts.Rows, result.OtherContents));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file.ToArray())), result.Sha256);
        Assert.Equal(file.Length, result.Bytes);

        var narrow = good with { BucketStart = good.BucketStart + SampleRows.BucketLength, BucketEnd = good.BucketEnd + SampleRows.BucketLength, Features = new double[1], Origin = good.Origin with { Offset = 78 } };
        var refused = await Assert.ThrowsAsync<HistoryUnusableException>(() => ExportCase.BytesAsync(new ListHistory([good, narrow]), ExportRows.Query, ExportFormat.Csv));
        Assert.Contains("has 1 features, and the feature set 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entities_are_ordered_as_their_bytes_are()
    {
        var random = new Random(1);
        string[] pieces = ["", "a", "b", "é", "\uD7FF", "\uE000", "\uFFFD", "\uFFFF", "\U00010000", "\U0010FFFF", "\U0001F404", "zz", "\0"];
        for (var round = 0; round < 20_000; round++)
        {
            var (one, other) = (Text(), Text());
            var bytes = Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));
            Assert.Equal(Math.Sign(bytes), Math.Sign(Utf8Order.Instance.Compare(one, other)));
        }

        string Text() => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => pieces[random.Next(pieces.Length)]));
    }

    internal static async Task<List<ExportRow>> JoinAsync(IHistoryReader history, ExportQuery query)
    {
        var vectors = new VectorQuery { EntityId = query.EntityId, Range = query.Range, AsOf = query.AsOf, FeatureSet = query.FeatureSet.Name, FeatureSetVersion = query.FeatureSet.Version };
        var sources = new ExportSources(
            history.VectorsAsync(vectors, Ending),
            range => history.LabelsAsync(new LabelQuery { EntityId = query.EntityId, Range = range, AsOf = query.AsOf, Name = query.Label?.Name }, Ending),
            () => history.PredictionsAsync(new PredictionQuery { EntityId = query.EntityId, Range = query.Range, AsOf = query.AsOf, Deployment = query.Deployment }, Ending));
        return await new ExportJoin(query).JoinAsync(sources, Ending).ToListAsync(Ending);
    }

    private static (LabelState State, string? Label) Said(ExportRow row) => (row.State, row.Label?.Value);

    /// <summary>What might come after the moment: every row once more with another content, and much that was never there.</summary>
    private static IEnumerable<HistoryRow> Later(IReadOnlyList<HistoryRow> rows, long asOf)
    {
        for (var index = 0; index < rows.Count; index++)
        {
            var origin = new RecordOrigin(asOf + 1 + (index % 3), "later", 0, index);
            yield return rows[index] switch
            {
                VectorRow vector => vector with { Origin = origin, Revision = vector.Revision + 1, Features = new double[] { 7, 7, 7 } },
                PredictionRow prediction => prediction with { Origin = origin, Revision = 9, Scores = new double[12] },
                LabelRow label => label with { Origin = origin, Value = "leak", EventTime = label.EventTime - 1 },
                var other => other with { Origin = origin },
            };
        }
    }

    /// <summary>Numbers and dates as some machine may write them.</summary>
    private sealed class OtherCulture : IDisposable
    {
        private readonly CultureInfo _before = CultureInfo.CurrentCulture;

        public OtherCulture()
        {
            var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            other.NumberFormat.NumberDecimalSeparator = ",";
            other.NumberFormat.NegativeSign = "−";
            other.DateTimeFormat.TimeSeparator = ".";
            CultureInfo.CurrentCulture = other;
        }

        public void Dispose() => CultureInfo.CurrentCulture = _before;
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Streaming.History.Export;
using Streaming.History.Queries;
using Streaming.History.Writer;
using Streaming.Testing;

namespace Streaming.History.Tests.Export;

/// <summary>The three formats, read by other people's readers.</summary>
public sealed class ExportFormatTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Every_cell_of_every_format_is_read_by_others_as_it_was()
    {
        var python = await PythonEnvironment.CreateAsync("fastavro");
        using var folder = new TemporaryFolder();
        var example = new ExportCase(seed: 4, count: 3000);
        var query = example.Query with { Range = TimeRange.All, EntityId = null, AsOf = long.MaxValue, Deployment = "occupancy", Label = new LabelRule("ill", 0, "no, \"really\"") };
        var history = new ListHistory(example.Rows);
        IReadOnlyList<ExportColumn> columns = [];
        foreach (var format in Enum.GetValues<ExportFormat>())
        {
            await using var file = File.Create(folder.File(format.ToString()));
            columns = (await new Exporter(history, query).WriteAsync(format, file)).Columns;
        }

        var joined = await ExportTests.JoinAsync(history, query);
        Assert.InRange(joined.Count, 100, int.MaxValue);
        var output = folder.File("output");
        var kinds = string.Join(',', columns.Select(column => column.Kind.ToString().ToLowerInvariant()));
        await python.RunAsync(
            Path.Combine(AppContext.BaseDirectory, "Clients", "read_export.py"),
            Patience,
            output,
            folder.File(nameof(ExportFormat.Csv)),
            folder.File(nameof(ExportFormat.JsonLines)),
            folder.File(nameof(ExportFormat.Avro)),
            kinds);

        var read = File.ReadLines(output).Select(line => JsonDocument.Parse(line).RootElement).ToLookup(line => line[0].GetString()!, line => line[1]);
        string[] names = [.. columns.Select(column => column.Name)];
        Assert.Equal(["entity_id", "bucket_start", "bucket_end", "revision", "known_time", "completeness", "label", "label_state", "label_known_time"], names[..9]);
        Assert.Equal(["temperature", "feature_label", "Luft, außen"], names[^3..]);
        Assert.Equal(names, Cells(read["csv"].First()));
        Assert.Equal(names, Cells(read["jsonl"].First()));
        Assert.Equal([.. names[..^1], "Luft__au_en"], Cells(read["avro"].First()));
        foreach (var format in read)
        {
            // A reader of CSV does not tell an empty text from an empty cell; there is no empty text here.
            Assert.Equal(joined.Select(row => Expected(row, names.Count(name => name.StartsWith("score_", StringComparison.Ordinal)))), format.Skip(1).Select(Cells));
        }
    }

    [Fact]
    public async Task An_export_of_nothing_has_its_header_and_no_rows()
    {
        var python = await PythonEnvironment.CreateAsync("fastavro");
        using var folder = new TemporaryFolder();
        var query = ExportRows.Query with { Label = null };
        foreach (var format in Enum.GetValues<ExportFormat>())
        {
            await File.WriteAllBytesAsync(folder.File(format.ToString()), await ExportCase.BytesAsync(new ListHistory([]), query, format));
        }

        Assert.Equal("entity_id,bucket_start,bucket_end,revision,known_time,completeness,temperature,activity\r\n", await File.ReadAllTextAsync(folder.File(nameof(ExportFormat.Csv))));
        Assert.Empty(await File.ReadAllBytesAsync(folder.File(nameof(ExportFormat.JsonLines))));
        await python.RunAsync(
            Path.Combine(AppContext.BaseDirectory, "Clients", "read_export.py"), Patience, folder.File("output"), folder.File(nameof(ExportFormat.Csv)), folder.File(nameof(ExportFormat.JsonLines)), folder.File(nameof(ExportFormat.Avro)), "text");
        Assert.Equal(2, File.ReadLines(folder.File("output")).Count());
    }

    [Fact]
    public async Task A_line_of_csv_and_of_json_is_as_documented()
    {
        var start = SampleRows.FirstBucket;
        var query = ExportRows.Query with { Label = new LabelRule("illness", 0, "no, \"not\"") };
        var history = new ListHistory([ExportRows.Vector("牛 1", start, known: start + 1)]);

        var csv = Encoding.UTF8.GetString(await ExportCase.BytesAsync(history, query, ExportFormat.Csv));
        var json = Encoding.UTF8.GetString(await ExportCase.BytesAsync(history, query, ExportFormat.JsonLines));

        Assert.Equal(
            "entity_id,bucket_start,bucket_end,revision,known_time,completeness,label,label_state,label_known_time,temperature,activity\r\n"
            + "牛 1,2013-10-22T20:00:00.000Z,2013-10-22T20:10:00.000Z,0,2013-10-22T20:00:00.001Z,0.5,\"no, \"\"not\"\"\",assumed,,38.5,\r\n",
            csv);
        Assert.Equal(
            """{"entity_id":"牛 1","bucket_start":"2013-10-22T20:00:00.000Z","bucket_end":"2013-10-22T20:10:00.000Z","revision":0,"known_time":"2013-10-22T20:00:00.001Z","completeness":0.5,"label":"no, \"not\"","label_state":"assumed","label_known_time":null,"temperature":38.5,"activity":null}""" + "\n",
            json);
    }

    private static IEnumerable<string?> Cells(JsonElement cells) => [.. cells.EnumerateArray().Select(cell => cell.GetString())];

    private static List<string?> Expected(ExportRow row, int scores)
    {
        var (vector, prediction) = (row.Vector, row.Prediction);
        List<string?> cells =
        [
            vector.EntityId, Whole(vector.BucketStart), Whole(vector.BucketEnd), Whole(vector.Revision), Known(vector.Origin.KnownTime), Bits(vector.Completeness),
            row.State == LabelState.Known ? row.Label!.Value.Value : row.State == LabelState.Assumed ? "no, \"really\"" : null,
            row.State.ToString().ToLowerInvariant(), Known(row.Label?.Origin.KnownTime),
            prediction is null ? null : Whole(prediction.Revision), prediction is null ? null : $"{prediction.ModelName}:{prediction.ModelVersion}", prediction?.Label,
        ];
        for (var score = 0; score < scores; score++)
        {
            cells.Add(prediction is not null && score < prediction.Scores.Length ? Bits(prediction.Scores.Span[score]) : null);
        }

        cells.AddRange(vector.Features.ToArray().Select(Bits));
        return cells;
    }

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string? Known(long? time) => time is null or -1 ? null : Whole(time.Value);

    private static string? Bits(double value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return double.IsNaN(value) ? null : Convert.ToHexStringLower(bytes);
    }
}

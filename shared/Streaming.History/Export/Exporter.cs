using System.Security.Cryptography;
using Streaming.Avro;
using Streaming.History.Queries;

namespace Streaming.History.Export;

/// <summary>Writes an export out of a history. Memory does not grow with the range.</summary>
/// <param name="history">The history.</param>
/// <param name="query">What is asked for.</param>
public sealed class Exporter(IHistoryReader history, ExportQuery query)
{
    private const int FlushLength = 64 * 1024;

    /// <summary>Writes the file's content.</summary>
    /// <param name="format">How.</param>
    /// <param name="output">Where to; left open.</param>
    /// <param name="progress">Told now and then, with what is written and the bucket that it stands at; null for nobody.</param>
    /// <param name="cancellation">Gives up; what is in the output then is no export.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    public async Task<ExportResult> WriteAsync(
        ExportFormat format, Stream output, Action<ExportProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        var table = new ExportTable(query, await WidestScoresAsync(cancellation).ConfigureAwait(false));
        var join = new ExportJoin(query);
        var counts = new ExportCounts();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = 0L;
        var buffer = new AvroBuffer(2 * FlushLength);
        var writer = format.Writer(buffer, table.Columns);
        using var disposing = writer as IDisposable;

        writer.Start();
        await foreach (var row in join.JoinAsync(Sources(cancellation), cancellation).ConfigureAwait(false))
        {
            table.Write(row, writer);
            counts.Add(row, table.LabelOf(row));
            if (buffer.Length >= FlushLength)
            {
                await FlushAsync().ConfigureAwait(false);
                progress?.Invoke(new ExportProgress(counts.Rows, row.Vector.BucketStart));
            }
        }

        writer.Finish();
        await FlushAsync().ConfigureAwait(false);
        await output.FlushAsync(cancellation).ConfigureAwait(false);
        return new ExportResult(table.Columns, counts, join.OtherContents, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));

        async Task FlushAsync()
        {
            hash.AppendData(buffer.WrittenSpan);
            bytes += buffer.Length;
            await output.WriteAsync(buffer.WrittenMemory, cancellation).ConfigureAwait(false);
            buffer.Reset();
        }
    }

    private ExportSources Sources(CancellationToken cancellation)
    {
        var vectors = new VectorQuery
        {
            EntityId = query.EntityId,
            Range = query.Range,
            AsOf = query.AsOf,
            FeatureSet = query.FeatureSet.Name,
            FeatureSetVersion = query.FeatureSet.Version,
        };
        return new ExportSources(
            history.VectorsAsync(vectors, cancellation),
            range => history.LabelsAsync(new LabelQuery { EntityId = query.EntityId, Range = range, AsOf = query.AsOf, Name = query.Label?.Name }, cancellation),
            () => history.PredictionsAsync(Predictions, cancellation));
    }

    private PredictionQuery Predictions => new() { EntityId = query.EntityId, Range = query.Range, AsOf = query.AsOf, Deployment = query.Deployment };

    /// <summary>How many score columns there must be: the header comes before the rows, and a deployment's models may differ in it.</summary>
    private async Task<int> WidestScoresAsync(CancellationToken cancellation)
    {
        var widest = 0;
        if (query.Deployment is not null)
        {
            await foreach (var prediction in history.PredictionsAsync(Predictions, cancellation).ConfigureAwait(false))
            {
                widest = Math.Max(widest, prediction.Scores.Length);
            }
        }

        return widest;
    }
}

/// <summary>How far an export is.</summary>
/// <param name="Rows">Rows written.</param>
/// <param name="BucketStart">The bucket of the last one, in milliseconds since 1970.</param>
public readonly record struct ExportProgress(long Rows, long BucketStart);

/// <summary>What an export wrote.</summary>
/// <param name="Columns">The file's columns.</param>
/// <param name="Counts">What is in it.</param>
/// <param name="OtherContents">Vectors left out, since another content than the feature set's made them.</param>
/// <param name="Bytes">The file's length.</param>
/// <param name="Sha256">Of the file, in hex.</param>
public sealed record ExportResult(IReadOnlyList<ExportColumn> Columns, ExportCounts Counts, long OtherContents, long Bytes, string Sha256);

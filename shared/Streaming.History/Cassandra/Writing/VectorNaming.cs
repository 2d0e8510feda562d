using System.Runtime.CompilerServices;
using Cassandra;
using Streaming.History.Cassandra.Reading;
using Streaming.History.Cassandra.Tables;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.History.Cassandra.Writing;

/// <summary>
/// Sees to it that every vector's row says what its values are called, whichever comes first, the vector or its feature set. A vector that comes first is
/// written without names, and its partition is noted in <c>unnamed_vectors</c>. Whoever writes a feature set then looks at the notes, and whoever wrote a note
/// then looks for the feature set: one of the two sees the other, and fills the names in.
/// </summary>
internal sealed class VectorNaming(CassandraConnection connection, CassandraTables tables, FeatureNames names)
{
    private readonly Statements _statements = new(connection);

    /// <summary>The feature sets of vectors whose names are not known, after looking for them.</summary>
    /// <param name="rows">What is about to be written; feature sets among it are known from here on.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<List<FeatureSetKey>> UnknownAsync(IReadOnlyList<HistoryRow> rows, CancellationToken cancellation)
    {
        foreach (var set in rows.OfType<FeatureSetRow>())
        {
            names.Learn(set);
        }

        var unknown = rows.OfType<VectorRow>().Select(FeatureSetKey.Of).Distinct().Where(set => names.Of(set.Name, set.Version, set.Hash) is null).ToList();
        return await StillUnknownAsync(unknown, cancellation).ConfigureAwait(false);
    }

    /// <summary>Those of the feature sets that are still unknown.</summary>
    public async Task<List<FeatureSetKey>> StillUnknownAsync(IReadOnlyList<FeatureSetKey> sets, CancellationToken cancellation)
    {
        var unknown = new List<FeatureSetKey>();
        foreach (var set in sets)
        {
            var statement = await _statements.BindAsync(
                $"SELECT {string.Join(", ", tables.FeatureSets.Columns)} FROM feature_sets WHERE name = ? AND version = ? AND hash = ? LIMIT 1", cancellation, set.Name, set.Version, set.Hash).ConfigureAwait(false);
            var found = (await connection.ExecuteAsync(statement.SetIdempotence(true), cancellation).ConfigureAwait(false)).FirstOrDefault();
            if (found is null)
            {
                unknown.Add(set);
            }
            else
            {
                names.Learn(tables.FeatureSets.Read(found));
            }
        }

        return unknown;
    }

    /// <summary>The rows without names of a feature set that is known by now.</summary>
    public async IAsyncEnumerable<VectorRow> UnnamedAsync(FeatureSetKey set, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var notes = await _statements.BindAsync(
            "SELECT entity_id, day FROM unnamed_vectors WHERE feature_set = ? AND feature_set_version = ? AND feature_set_hash = ?", cancellation, set.Name, set.Version, set.Hash).ConfigureAwait(false);
        await foreach (var note in PageReader.ReadAsync(connection, notes, connection.Options.RowsPerPage, cancellation).ConfigureAwait(false))
        {
            var partition = await _statements.BindAsync(
                $"SELECT {string.Join(", ", tables.Vectors.Columns)} FROM vectors WHERE entity_id = ? AND day = ?", cancellation, note.Text(0), note.GetValue<LocalDate>(1)).ConfigureAwait(false);
            await foreach (var row in PageReader.ReadAsync(connection, partition, connection.Options.RowsPerPage, cancellation).ConfigureAwait(false))
            {
                if (!tables.Vectors.IsNamed(row) && tables.Vectors.Read(row) is var vector && FeatureSetKey.Of(vector) == set)
                {
                    yield return vector;
                }
            }
        }
    }
}

/// <summary>A feature set's content.</summary>
internal readonly record struct FeatureSetKey(string Name, int Version, string Hash)
{
    public static FeatureSetKey Of(VectorRow row) => new(row.FeatureSet, row.FeatureSetVersion, row.FeatureSetHash);

    public static FeatureSetKey Of(FeatureSetRow row) => new(row.Name, row.Version, row.Hash);
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Streaming.History.Sqlite;
using Streaming.History.Writer;

namespace Streaming.History.Tests;

/// <summary>A digest over every column of every row of a file, read past the project's own reader.</summary>
internal static class FileDigest
{
    private static readonly string[] Tables = ["vectors", "predictions", "labels", "deployments", "jobs", "feature_sets"];

    public static string Of(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var table in Tables)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {table}";
            var rows = new List<string>();
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                rows.Add(string.Join("|", Enumerable.Range(0, reader.FieldCount).Select(column => Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture))));
            }

            rows.Sort(StringComparer.Ordinal);
            rows.ForEach(row => hash.AppendData(Encoding.UTF8.GetBytes($"{table}|{row}\n")));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The digest of a file into which one process wrote sample rows once, in order.</summary>
    public static async Task<string> OfSampleAsync(string file, int seed, int count)
    {
        await using (var history = await SqliteHistory.OpenAsync(new SqliteHistoryOptions { Path = file }))
        {
            Assert.Empty(await history.WriteAsync(SampleRows.Of(seed, count), TestContext.Current.CancellationToken));
        }

        return Of(file);
    }
}

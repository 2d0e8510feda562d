using System.Text.Json;
using System.Text.Json.Serialization;

namespace Streaming.Models.Packages;

/// <summary>Reads <c>baseline.json</c>.</summary>
internal static class BaselineReader
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
        MaxDepth = 8,
    };

    /// <summary>Reads a baseline and checks it; null where a problem was added.</summary>
    public static Baseline? Read(ReadOnlySpan<byte> json, string file, List<string> problems)
    {
        var before = problems.Count;
        Baseline? baseline = null;
        try
        {
            baseline = JsonSerializer.Deserialize<Baseline>(json, Strict);
        }
        catch (JsonException fault)
        {
            problems.Add($"{file}({fault.LineNumber + 1},{fault.BytePositionInLine + 1}): {fault.Message}");
        }

        if (baseline is null)
        {
            if (problems.Count == before)
            {
                problems.Add($"{file}(1,1): it holds null; it must hold the training distribution of each feature and of the score");
            }

            return null;
        }

        foreach (var column in baseline.Features.Append(baseline.Score))
        {
            Check(column, baseline.Rows, file, problems);
        }

        return problems.Count == before ? baseline : null;
    }

    private static void Check(Distribution column, long rows, string file, List<string> problems)
    {
        void Refuse(string rule) => problems.Add($"{file}: '{column.Name}': {rule}");

        if (column.Count < 0 || column.Count > rows)
        {
            Refuse($"'count' is {column.Count}; it must be from 0 to the {rows} rows");
        }

        if (column.MissingShare is not (>= 0 and <= 1))
        {
            Refuse($"'missingShare' is {column.MissingShare}; it must be from 0 to 1");
        }

        if (!double.IsFinite(column.Mean) || !double.IsFinite(column.Std) || column.Std < 0)
        {
            Refuse($"'mean' is {column.Mean} and 'std' is {column.Std}; both must be finite, and 'std' not negative");
        }

        if (column.Counts.Count != Math.Max(0, column.Edges.Count - 1))
        {
            Refuse($"it has {column.Edges.Count} edges and {column.Counts.Count} counts; there must be one edge more than counts");
        }

        for (var index = 0; index < column.Edges.Count; index++)
        {
            if (!double.IsFinite(column.Edges[index]) || (index > 0 && column.Edges[index] <= column.Edges[index - 1]))
            {
                Refuse($"edge {index} is {column.Edges[index]}; edges must be finite and ascending");
                break;
            }
        }

        if (column.Counts.Any(count => count < 0) || (column.Counts.Count > 0 && column.Counts.Sum() != column.Count))
        {
            Refuse($"its counts must not be negative and must sum to 'count', {column.Count}");
        }
    }
}

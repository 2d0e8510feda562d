using Streaming.Contracts;
using Streaming.Testing;

namespace Streaming.Avro.Tests;

/// <summary>The page for operators knows every reason of the closed list, in its order.</summary>
public sealed class DeadLettersPageTests
{
    private const int Columns = 4;

    [Fact]
    public void The_table_of_reasons_is_the_closed_list_of_the_schema()
    {
        var rows = File.ReadAllLines(Repository.PathOf("docs", "DEAD_LETTERS.md"))
            .SkipWhile(line => !line.StartsWith("| reason |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .ToArray();

        Assert.Equal(Enum.GetValues<DeadLetterReason>().Select(reason => $"`{reason.ToSymbol()}`"), rows.Select(row => row[0]));
        Assert.All(rows, row =>
        {
            Assert.Equal(Columns, row.Length);
            Assert.NotEqual("", row[2]);
            Assert.True(row[1].Length == 0 || row[3].Length > 0, $"{row[0]} does not say what to do.");
        });
    }
}

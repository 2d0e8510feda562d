using Streaming.Testing;

namespace Streaming.History.Tests;

/// <summary>Several processes over one file, and processes that end in the middle of it.</summary>
public sealed class SqliteProcessTests : IDisposable
{
    private const int Seed = 11;
    private const int Count = 6000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_processes_that_make_and_write_one_file_at_once_leave_what_one_leaves()
    {
        var expected = await FileDigest.OfSampleAsync(_folder.File("expected.db"), Seed, Count);
        var file = _folder.File("shared.db");

        await using var first = WriterProcess.Start(file, Seed, Count, order: 1);
        await using var second = WriterProcess.Start(file, Seed, Count, order: 2);
        await Task.WhenAll(first.ExitAsync(Patience), second.ExitAsync(Patience));

        Assert.True(first.ExitCode == 0, first.Output);
        Assert.True(second.ExitCode == 0, second.Output);
        Assert.Equal(expected, FileDigest.Of(file));
    }

    [Fact]
    public async Task A_process_killed_in_the_middle_leaves_a_file_that_a_replay_completes()
    {
        var expected = await FileDigest.OfSampleAsync(_folder.File("expected.db"), Seed, Count);
        var file = _folder.File("killed.db");
        for (var round = 0; round < 4; round++)
        {
            await using var killed = WriterProcess.Start(file, Seed, Count, order: round, pause: 10);
            var least = round * 500;
            await killed.LineAsync(line => line.StartsWith("at ", StringComparison.Ordinal) && int.Parse(line.AsSpan(3), System.Globalization.CultureInfo.InvariantCulture) > least, Patience);
            await killed.CrashAsync();
            Assert.DoesNotContain("written", killed.Output, StringComparison.Ordinal);
        }

        Assert.NotEqual(expected, FileDigest.Of(file));
        await using var last = WriterProcess.Start(file, Seed, Count, order: 99);
        await last.ExitAsync(Patience);

        Assert.True(last.ExitCode == 0, last.Output);
        Assert.Equal(expected, FileDigest.Of(file));
    }

    [Fact]
    public async Task A_process_killed_beside_another_does_not_hold_it_up()
    {
        var expected = await FileDigest.OfSampleAsync(_folder.File("expected.db"), Seed, Count);
        var file = _folder.File("shared.db");
        await using var survivor = WriterProcess.Start(file, Seed, Count, order: 1);
        await using (var killed = WriterProcess.Start(file, Seed, Count, order: 2, pause: 10))
        {
            await killed.LineAsync(line => line.StartsWith("at ", StringComparison.Ordinal), Patience);
            await killed.CrashAsync();
        }

        await survivor.ExitAsync(Patience);

        Assert.True(survivor.ExitCode == 0, survivor.Output);
        Assert.Equal(expected, FileDigest.Of(file));
    }
}

using System.CommandLine;
using Streaming.History.Queries;
using Streaming.Hosting;

namespace Streaming.Cli.History;

/// <summary>What every command that lists rows of the history can be told.</summary>
internal sealed class RowsQuestion
{
    private const int DefaultLimit = 100;

    private readonly HistoryAccess _access = new();
    private readonly RangeOptions _range = new();
    private readonly Option<string?> _entity = new("--entity") { Description = "Only this entity. Default: all, day by day." };
    private readonly Option<bool> _newestFirst = new("--newest-first") { Description = "The newest first. Default: the oldest." };
    private readonly Option<int> _limit = new("--limit") { Description = "At most so many rows; 0 for all.", DefaultValueFactory = _ => DefaultLimit };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object instead of lines." };

    public RowsQuestion(Command command)
    {
        command.Options.Add(_entity);
        _range.AddTo(command);
        command.Options.Add(_newestFirst);
        command.Options.Add(_limit);
        command.Options.Add(_json);
        _access.AddTo(command);
    }

    public HistoryAccess Access => _access;

    /// <summary>What was said, with every mistake so far.</summary>
    public RowsAsked Read(ParseResult parsed)
    {
        var errors = new List<string>();
        var limit = parsed.GetValue(_limit);
        if (limit < 0)
        {
            errors.Add($"--limit '{limit}': must be 0, for all, or more.");
        }

        return new RowsAsked(
            parsed.GetValue(_entity),
            _range.Range(parsed, errors),
            _range.AsOf(parsed, errors),
            parsed.GetValue(_newestFirst),
            limit == 0 ? null : limit,
            parsed.GetValue(_json),
            errors);
    }
}

/// <summary>What a command that lists rows was told.</summary>
internal sealed record RowsAsked(string? Entity, TimeRange Range, long? AsOf, bool NewestFirst, int? Limit, bool Json, List<string> Errors)
{
    /// <exception cref="ConfigurationException">Something is wrong.</exception>
    public void Check()
    {
        if (Errors.Count > 0)
        {
            throw new ConfigurationException(Errors);
        }
    }

    /// <summary>One row more than is to be shown, to know whether there are more.</summary>
    public int? LookAhead => Limit is { } limit and < int.MaxValue ? limit + 1 : Limit;
}

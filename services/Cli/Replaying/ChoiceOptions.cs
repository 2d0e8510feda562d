using System.CommandLine;
using Streaming.Cli.History;
using Streaming.Features.Replay;
using Streaming.Hosting;

namespace Streaming.Cli.Replaying;

/// <summary>The options that choose vectors: a range of bucket starts, and entities.</summary>
internal sealed class ChoiceOptions
{
    private readonly RangeOptions _range = new(takesAsOf: false);

    private readonly Option<string?> _entities = new("--entities")
    {
        Description = "Only these entities, as A,B,C or @FILE with one on each line. Default: all.",
    };

    public void AddTo(Command command)
    {
        _range.AddTo(command);
        command.Options.Add(_entities);
    }

    /// <summary>Whether anything was said.</summary>
    public bool AreGiven(ParseResult parsed) => _range.AreGiven(parsed) || parsed.GetValue(_entities) is not null;

    /// <summary>The choice; adds what is wrong.</summary>
    public VectorChoice Read(ParseResult parsed, List<string> errors)
    {
        var before = errors.Count;
        var range = _range.Range(parsed, errors);
        if (errors.Count == before && (range.From == long.MinValue || range.To == long.MaxValue))
        {
            errors.Add("--from and --to: both are needed, or --day.");
        }

        return new VectorChoice(range.From, range.To, Entities(parsed.GetValue(_entities), errors));
    }

    private static HashSet<string>? Entities(string? text, List<string> errors)
    {
        if (text is null)
        {
            return null;
        }

        if (text.StartsWith('@') && !File.Exists(text[1..]))
        {
            errors.Add($"--entities '{text}': there is no such file.");
            return null;
        }

        IEnumerable<string> given = text.StartsWith('@') ? File.ReadLines(text[1..]) : text.Split(',');
        var entities = given.Select(entity => entity.Trim()).Where(entity => entity.Length > 0).ToHashSet(StringComparer.Ordinal);
        if (entities.Count == 0)
        {
            errors.Add($"--entities '{text}': names none; leave it out for all.");
        }

        return entities;
    }
}

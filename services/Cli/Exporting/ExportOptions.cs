using System.CommandLine;
using Streaming.Cli.Features;
using Streaming.Cli.History;
using Streaming.Features.Definitions;
using Streaming.History.Export;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.Hosting;

namespace Streaming.Cli.Exporting;

/// <summary>What an export can be told.</summary>
internal sealed class ExportOptions
{
    private static readonly Dictionary<string, ExportFormat> Formats = new() { ["csv"] = ExportFormat.Csv, ["jsonl"] = ExportFormat.JsonLines, ["avro"] = ExportFormat.Avro };

    private readonly RangeOptions _range = new();
    private readonly Option<string> _set = new("--feature-set") { Description = "Whose vectors, as NAME or NAME:VERSION. Default version: the highest that was known.", Required = true };
    private readonly Option<FileInfo?> _definition = new("--definition") { Description = "The feature set's YAML file, where the history does not know it; vectors of another content are left out and counted." };
    private readonly Option<string?> _entity = new("--entity") { Description = "Only this entity. Default: all." };
    private readonly Option<string?> _labels = new("--labels") { Description = "Joins labels of this name to the buckets that they belong to. Needs --maturity." };
    private readonly Option<string?> _maturity = new("--maturity") { Description = "How long after a bucket's end its label can still come, as 40d, 30m or 0. Younger buckets get no label, and are counted." };
    private readonly Option<string?> _assume = new("--assume") { Description = "The label of mature buckets without one, where only the other side is ever reported. Default: they stay empty." };
    private readonly Option<string?> _predictions = new("--predictions") { Description = "Puts this deployment's predictions beside the features." };
    private readonly Option<string?> _format = new("--format") { Description = "csv, jsonl or avro. Default: as the output's name ends." };
    private readonly Option<FileInfo> _output = new("--output") { Description = "The file. Its manifest stands beside it, as FILE.manifest.json.", Required = true };
    private readonly Option<bool> _force = new("--force") { Description = "Replaces a file that is there." };

    public void AddTo(Command command)
    {
        command.Options.Add(_set);
        command.Options.Add(_definition);
        command.Options.Add(_entity);
        _range.AddTo(command);
        command.Options.Add(_labels);
        command.Options.Add(_maturity);
        command.Options.Add(_assume);
        command.Options.Add(_predictions);
        command.Options.Add(_format);
        command.Options.Add(_output);
        command.Options.Add(_force);
    }

    /// <exception cref="ConfigurationException">Something is wrong; every mistake is named.</exception>
    public ExportAsked Read(ParseResult parsed, long now)
    {
        var errors = new List<string>();
        var range = _range.Range(parsed, errors);
        if (errors.Count == 0 && (range.From == long.MinValue || range.To == long.MaxValue))
        {
            errors.Add("--from and --to: both are needed, or --day; an export without an end could not be made again.");
        }

        var asOf = _range.AsOf(parsed, errors);
        if (asOf > now)
        {
            errors.Add("--as-of: must not lie in the future; nobody can say what will be known then.");
        }

        var set = FeatureSetName.Read(parsed.GetValue(_set)!, errors);
        var label = Label(parsed, errors);
        var definition = parsed.GetValue(_definition) is { } file ? Definition(file, set, errors) : null;
        var (format, word) = Format(parsed, errors);
        if (errors.Count > 0)
        {
            throw new ConfigurationException(errors);
        }

        var output = new ExportFile(parsed.GetValue(_output)!.FullName, parsed.GetValue(_force));
        return new ExportAsked(set, definition, parsed.GetValue(_entity), range, asOf ?? now, asOf is not null, label, parsed.GetValue(_predictions), format, word, output);
    }

    private LabelRule? Label(ParseResult parsed, List<string> errors)
    {
        var (name, maturity, assumed) = (parsed.GetValue(_labels), parsed.GetValue(_maturity), parsed.GetValue(_assume));
        var length = 0L;
        if (name is null && (maturity ?? assumed) is not null)
        {
            errors.Add("--maturity and --assume: say something of labels; name them with --labels.");
        }
        else if (name is not null && maturity is null)
        {
            errors.Add("--labels: needs --maturity, how long after a bucket's end its label can still come: 0 where it comes at once, 40d where it takes weeks.");
        }
        else if (maturity is not null && !Duration.TryParse(maturity, out length))
        {
            errors.Add($"--maturity '{maturity}': must be a length of time, as 40d, 1h30m or 0.");
        }

        return name is null ? null : new LabelRule(name, length, assumed);
    }

    private (ExportFormat Format, string Word) Format(ParseResult parsed, List<string> errors)
    {
        var word = parsed.GetValue(_format) ?? parsed.GetValue(_output)!.Extension.TrimStart('.');
        if (!Formats.TryGetValue(word, out var format))
        {
            errors.Add(parsed.GetValue(_format) is null
                ? $"--output '{parsed.GetValue(_output)!.Name}': must end in .csv, .jsonl or .avro, or --format say which it is."
                : $"--format '{word}': must be csv, jsonl or avro.");
        }

        return (format, word);
    }

    private static ExportedFeatureSet? Definition(FileInfo file, FeatureSetName set, List<string> errors)
    {
        if (FeatureFiles.ReadDefinition(file, errors) is not { } definition)
        {
            return null;
        }

        if (definition.Name != set.Name || (set.Version is { } version && version != definition.Version))
        {
            errors.Add($"--definition '{file.Name}': defines {definition.Id}, and --feature-set asks for another; name the same.");
        }

        var record = definition.ToRecord();
        return new ExportedFeatureSet(record.Name, record.Version, record.Hash, [.. record.Layout.Select(column => new FeatureColumn(column.Name, column.Description, column.Unit))]);
    }
}

/// <summary>What an export was told.</summary>
internal sealed record ExportAsked(
    FeatureSetName FeatureSet,
    ExportedFeatureSet? Definition,
    string? Entity,
    TimeRange Range,
    long AsOf,
    bool AsOfGiven,
    LabelRule? Label,
    string? Deployment,
    ExportFormat Format,
    string FormatWord,
    ExportFile Output)
{
    public ExportQuery Query(ExportedFeatureSet set) => new()
    {
        FeatureSet = set,
        Range = Range,
        AsOf = AsOf,
        EntityId = Entity,
        Label = Label,
        Deployment = Deployment,
    };
}

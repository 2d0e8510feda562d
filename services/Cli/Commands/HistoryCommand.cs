using System.CommandLine;
using Streaming.Cli.History;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.Hosting;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming history</c>: what was computed, what was said of it, and what was true.</summary>
internal static class HistoryCommand
{
    private const string Order = """
        Rows come by time, of all entities day by day (UTC) and in a day by entity; with --newest-first the other way round. They are shown as they
        come, a page at a time; Ctrl+C ends it.

        Exit codes: 0 done, whether there are rows or not; 78 the configuration or a value is wrong; 64 wrong options; 130 interrupted; 1 anything else.
        """;

    private const string VectorsHelp = $"""
        Shows feature vectors, each value under its feature's name. Of every entity, bucket and feature set the highest revision; with --revisions all
        every revision that was ever served. {Order}

        Examples:
          streaming history vectors --entity cow-17 --from 2026-01-31T00:00:00Z --to 2026-02-01T00:00:00Z
          streaming history vectors --entity cow-17 --newest-first --limit 10 --revisions all        what did late readings change?
          streaming history vectors --day 2026-01-31 --feature-set herd:2 --as-of 2026-02-01T06:00:00Z --limit 0 --json
        """;

    private const string PredictionsHelp = $"""
        Shows predictions: of every entity, bucket, deployment and model the highest revision; with --revisions all every one. {Order}

        Examples:
          streaming history predictions --entity cow-17 --newest-first --limit 20
          streaming history predictions --day 2026-01-31 --deployment herd --stage shadow
        """;

    private const string LabelsHelp = $"""
        Shows labels: those of a moment in the range, and those of an interval that overlaps it, corrected ones too. {Order}

        Example: streaming history labels --entity cow-17 --name illness
        """;

    private const string EntitiesHelp = """
        Shows every entity that has a vector or a prediction in the range.

        Exit codes: 0 done, whether there are any or not; 78 the configuration or a value is wrong; 64 wrong options; 130 interrupted; 1 anything else.

        Example: streaming history entities --day 2026-01-31
        """;

    public static Command Make() => new("history", "What was computed, what was said of it, and what was true.") { Vectors(), Predictions(), Labels(), Entities(), HistoryMigrateCommand.Make() };

    private static Command Vectors()
    {
        var set = new Option<string?>("--feature-set") { Description = "Only this feature set, as NAME or NAME:VERSION." };
        var revisions = RevisionsOption();
        var command = new Command("vectors", VectorsHelp) { set, revisions };
        var question = new RowsQuestion(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var asked = question.Read(parsed);
            var wanted = parsed.GetValue(set) is { } text ? FeatureSetName.Read(text, asked.Errors) : default(FeatureSetName?);
            var query = new VectorQuery
            {
                EntityId = asked.Entity,
                Range = asked.Range,
                AsOf = asked.AsOf,
                NewestFirst = asked.NewestFirst,
                Limit = asked.LookAhead,
                FeatureSet = wanted?.Name,
                FeatureSetVersion = wanted?.Version,
                Revisions = Read(parsed.GetValue(revisions)!, asked.Errors),
            };
            asked.Check();
            await using var history = await question.Access.OpenAsync(parsed, cancellation);
            var names = await FeatureNames.ReadAsync(history, cancellation);
            await new PagedAnswer<VectorRow, VectorLine>("vectors", RowsJson.Default.VectorLine, row => VectorLine.Of(row, names.Of(row)), page => RowTables.Of(page, names))
                .WriteAsync(history.VectorsAsync(query, cancellation), asked, cancellation);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Predictions()
    {
        var deployment = new Option<string?>("--deployment") { Description = "Only this deployment's." };
        var model = new Option<string?>("--model") { Description = "Only this model's." };
        var version = new Option<string?>("--model-version") { Description = "Only this version's." };
        var stage = new Option<string?>("--stage") { Description = "Only those made at this stage: production, shadow, staging or archived." };
        var revisions = RevisionsOption();
        var command = new Command("predictions", PredictionsHelp) { deployment, model, version, stage, revisions };
        var question = new RowsQuestion(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var asked = question.Read(parsed);
            var query = new PredictionQuery
            {
                EntityId = asked.Entity,
                Range = asked.Range,
                AsOf = asked.AsOf,
                NewestFirst = asked.NewestFirst,
                Limit = asked.LookAhead,
                Deployment = parsed.GetValue(deployment),
                ModelName = parsed.GetValue(model),
                ModelVersion = parsed.GetValue(version),
                Stage = parsed.GetValue(stage),
                Revisions = Read(parsed.GetValue(revisions)!, asked.Errors),
            };
            asked.Check();
            await using var history = await question.Access.OpenAsync(parsed, cancellation);
            await new PagedAnswer<PredictionRow, PredictionLine>("predictions", RowsJson.Default.PredictionLine, PredictionLine.Of, RowTables.Of)
                .WriteAsync(history.PredictionsAsync(query, cancellation), asked, cancellation);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Labels()
    {
        var name = new Option<string?>("--name") { Description = "Only labels of this name." };
        var command = new Command("labels", LabelsHelp) { name };
        var question = new RowsQuestion(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var asked = question.Read(parsed);
            asked.Check();
            var query = new LabelQuery
            {
                EntityId = asked.Entity,
                Range = asked.Range,
                AsOf = asked.AsOf,
                NewestFirst = asked.NewestFirst,
                Limit = asked.LookAhead,
                Name = parsed.GetValue(name),
            };
            await using var history = await question.Access.OpenAsync(parsed, cancellation);
            await new PagedAnswer<LabelRow, LabelLine>("labels", RowsJson.Default.LabelLine, LabelLine.Of, RowTables.Of)
                .WriteAsync(history.LabelsAsync(query, cancellation), asked, cancellation);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Entities()
    {
        var access = new HistoryAccess();
        var range = new RangeOptions(takesAsOf: false);
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new Command("entities", EntitiesHelp) { json };
        range.AddTo(command);
        access.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var errors = new List<string>();
            var asked = new RowsAsked(Entity: null, range.Range(parsed, errors), AsOf: null, NewestFirst: false, Limit: null, parsed.GetValue(json), errors);
            asked.Check();
            await using var history = await access.OpenAsync(parsed, cancellation);
            await new PagedAnswer<string, string>("entities", RowsJson.Default.String, entity => entity, RowTables.Of)
                .WriteAsync(history.EntitiesAsync(asked.Range, cancellation), asked, cancellation);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Option<string> RevisionsOption() => new("--revisions")
    {
        Description = "highest: the revision that counts; all: every one that was served.",
        DefaultValueFactory = _ => "highest",
    };

    private static Revisions Read(string revisions, List<string> errors)
    {
        if (revisions is not ("highest" or "all"))
        {
            errors.Add($"--revisions '{revisions}': must be highest or all.");
        }

        return revisions == "all" ? Revisions.All : Revisions.Highest;
    }
}

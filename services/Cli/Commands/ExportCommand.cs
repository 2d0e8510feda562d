using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;
using Streaming.Avro.Registry;
using Streaming.Cli.Exporting;
using Streaming.Cli.Jobs;
using Streaming.Cli.Rendering;
using Streaming.History;
using Streaming.History.Export;
using Streaming.Hosting;
using Streaming.Kafka;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming export</c>: a training set out of the history.</summary>
internal static class ExportCommand
{
    private const string Help = """
        Writes one row for each entity and bucket that has a vector of a feature set: the features under their names, the truth where it is known,
        and, if asked for, what a deployment predicted. With --as-of it is what was known at that moment: later revisions, corrected labels and
        later predictions are as if they had never come. Without, it is as of now, and the manifest says when that was.

        Labels: a label of a moment belongs to the bucket that holds it, one of an interval to every bucket that it overlaps; of several the newest
        counts. A bucket has a label only when --maturity has passed since its end at the moment asked for; a younger one stays empty even where a
        label came early, since early ones are seldom like the others. A mature bucket without a label stays empty too, unless --assume says what
        silence means. The column label_state tells these apart: known, assumed, missing, immature.

        Beside FILE stands FILE.manifest.json: what was asked for, what came out, SHA-256 of the file. The same history and options give the same
        bytes; repeat an export with --as-of from its manifest. FILE appears when it is whole. With a cluster (--bootstrap, --registry) the export
        is recorded in pipeline.jobs.

        Exit codes: 0 written; 78 the configuration or a value is wrong, or the file is there already; 64 wrong options; 130 interrupted; 1 anything
        else.

        Examples:
          streaming export --feature-set occupancy:1 --from 2015-02-02T00:00:00Z --to 2015-02-11T00:00:00Z --labels occupancy --maturity 30m --output train.csv
          streaming export --feature-set herd --day 2026-01-31 --as-of 2026-02-01T06:00:00Z --predictions herd --output served.avro
          streaming export --feature-set herd:2 --from 2025-01-01T00:00:00Z --to 2026-01-01T00:00:00Z --labels illness --maturity 40d --assume healthy --output year.jsonl
        """;

    public static Command Make()
    {
        var options = new ExportOptions();
        var access = new HistoryAccess();
        var cluster = new ClusterOptions();
        var actor = new Option<string>("--actor") { Description = "Who, for pipeline.jobs. Default: the user.", DefaultValueFactory = _ => Environment.UserName };
        var reason = new Option<string>("--reason") { Description = "Why, for pipeline.jobs.", DefaultValueFactory = _ => "" };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new Command("export", Help);
        options.AddTo(command);
        access.AddTo(command);
        cluster.AddTo(command);
        command.Options.Add(actor);
        command.Options.Add(reason);
        command.Options.Add(json);
        command.SetAction(async (parsed, cancellation) =>
        {
            var asked = options.Read(parsed, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            var target = cluster.AreGiven(parsed) ? cluster.Read(parsed) : default((KafkaOptions Kafka, SchemaRegistryOptions Registry)?);
            await using var history = await access.OpenAsync(parsed, cancellation);
            var query = asked.Query(asked.Definition ?? await FindAsync(history, asked, cancellation));
            using var journal = target is { } found ? await JobJournal.OpenAsync(found.Kafka, found.Registry, cancellation) : null;
            var job = new ExportJob(journal, parsed.GetValue(actor)!, parsed.GetValue(reason)!, asked);
            await job.StartAsync(cancellation);
            var report = await RunAsync(job, () => WriteAsync(history, query, asked, job.Id, cancellation), cancellation);
            await WarnAsync(report.Manifest);
            Answer.Write(report, ExportJson.Default.ExportReport, parsed.GetValue(json), Lines);
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<ExportedFeatureSet> FindAsync(IHistory history, ExportAsked asked, CancellationToken cancellation)
    {
        var (found, fault) = await FeatureSetChoice.FindAsync(history, asked.FeatureSet.Name, asked.FeatureSet.Version, asked.AsOf, cancellation);
        return found ?? throw new ConfigurationException([$"--feature-set: {fault}; 'streaming history vectors' shows what there is, and --definition FILE gives the names."]);
    }

    private static async Task<ExportReport> RunAsync(ExportJob job, Func<Task<ExportReport>> export, CancellationToken cancellation)
    {
        ExportReport report;
        try
        {
            report = await export();
        }
        catch (Exception failure)
        {
            await job.EndAsync(failure);
            throw;
        }

        await job.CompleteAsync(
            new()
            {
                ["file"] = report.File,
                ["rows"] = report.Manifest.Rows.ToString(CultureInfo.InvariantCulture),
                ["sha256"] = report.Manifest.Sha256,
                ["manifest_sha256"] = report.ManifestSha256,
            },
            cancellation);
        return report;
    }

    private static async Task<ExportReport> WriteAsync(IHistory history, ExportQuery query, ExportAsked asked, string? job, CancellationToken cancellation)
    {
        var exporter = new Exporter(history, query);
        ExportManifest? manifest = null;
        var (_, sha256) = await asked.Output.WriteAsync(
            stream => ShowAsync(query, show => exporter.WriteAsync(asked.Format, stream, show, cancellation)),
            result =>
            {
                manifest = ExportManifest.Of(asked.Output.Name, asked.FormatWord, query, asked.AsOfGiven, result, history.Identity, PipelineVersion.Current);
                return manifest.ToJson();
            });
        return new ExportReport(asked.Output.FullName, asked.Output.Manifest, sha256, job, manifest!);
    }

    private static Task<ExportResult> ShowAsync(ExportQuery query, Func<Action<ExportProgress>?, Task<ExportResult>> export)
    {
        if (Console.IsErrorRedirected)
        {
            return export(null);
        }

        var screen = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return screen.Progress().StartAsync(async progress =>
        {
            // Rows come by time, so that the time reached tells how much is done.
            var bar = progress.AddTask("exporting", maxValue: (double)query.Range.To - query.Range.From);
            var result = await export(reached =>
            {
                bar.Value = (double)reached.BucketStart - query.Range.From;
                bar.Description = string.Create(CultureInfo.InvariantCulture, $"exporting {reached.Rows:N0} rows");
            });
            bar.Value = bar.MaxValue;
            return result;
        });
    }

    /// <summary>A mistyped name looks as if nothing had ever been said; with --assume it would even look like truth.</summary>
    private static async Task WarnAsync(ExportManifest manifest)
    {
        if (manifest is { Rows: > 0, Labels: { Known: 0 } labels } && labels.Immature < manifest.Rows)
        {
            await Console.Error.WriteLineAsync($"streaming: no label '{labels.Name}' joins any mature bucket; 'streaming history labels' shows what there is.");
        }

        if (manifest is { Rows: > 0, Predictions: { Rows: 0 } predictions })
        {
            await Console.Error.WriteLineAsync($"streaming: the deployment '{predictions.Deployment}' said nothing of any of the buckets; 'streaming history predictions' shows what there is.");
        }
    }

    private static IEnumerable<string> Lines(ExportReport report)
    {
        var (manifest, culture) = (report.Manifest, CultureInfo.InvariantCulture);
        yield return string.Create(culture, $"file         {report.File}: {manifest.Rows:N0} rows, {manifest.Bytes:N0} bytes, SHA-256 {manifest.Sha256}");
        yield return $"manifest     {report.ManifestFile}, SHA-256 {report.ManifestSha256}";
        yield return $"feature set  {manifest.FeatureSet.Name}:{manifest.FeatureSet.Version}, content {manifest.FeatureSet.Hash}, as of {TimeText.Of(manifest.AsOf)}";
        if (manifest.OtherContents > 0)
        {
            yield return string.Create(culture, $"left out     {manifest.OtherContents:N0} vectors under that name and version that another content made");
        }

        if (manifest.Labels is { } labels)
        {
            yield return string.Create(culture, $"labels       {labels.Name}: {labels.Known:N0} known, {labels.Assumed:N0} assumed, {labels.Missing:N0} missing, {labels.Immature:N0} immature");
        }

        if (manifest.Predictions is { } predictions)
        {
            yield return string.Create(
                culture, $"predictions  {predictions.Deployment}: {predictions.Rows:N0}{string.Concat(predictions.Models.Select(model => $", {model.Name}:{model.Version} ({model.Stage})"))}");
        }

        if (report.Job is not null)
        {
            yield return $"job          {report.Job}";
        }
    }
}

/// <summary>What an export came to.</summary>
internal sealed record ExportReport(string File, string ManifestFile, string ManifestSha256, string? Job, ExportManifest Manifest);

[JsonSerializable(typeof(ExportReport))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class ExportJson : JsonSerializerContext;

using System.Globalization;
using Streaming.Cli.Jobs;
using Streaming.Cli.Rendering;
using Streaming.Contracts;

namespace Streaming.Cli.Exporting;

/// <summary>An export in <c>pipeline.jobs</c>: who asked for it, why, for what, and what came of it.</summary>
/// <param name="journal">Where it is written; null where there is no cluster.</param>
/// <param name="actor">Who.</param>
/// <param name="reason">Why.</param>
/// <param name="asked">For what.</param>
internal sealed class ExportJob(JobJournal? journal, string actor, string reason, ExportAsked asked)
{
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(15);
    private readonly string _id = $"export-{Guid.NewGuid():N}";

    /// <summary>The job's id; null where it is not recorded.</summary>
    public string? Id => journal is null ? null : _id;

    public Task StartAsync(CancellationToken cancellation) => WriteAsync(JobState.Started, [], cancellation);

    public Task CompleteAsync(Dictionary<string, string> result, CancellationToken cancellation) => WriteAsync(JobState.Completed, result, cancellation);

    /// <summary>The last word on an export that did not come to its end; where it cannot be written, the reason for that is of no interest any more.</summary>
    public async Task EndAsync(Exception failure)
    {
        using var patience = new CancellationTokenSource(LastWord);
        var state = failure is OperationCanceledException ? JobState.Cancelled : JobState.Failed;
        await WriteAsync(state, new() { ["error"] = failure.Message }, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task WriteAsync(JobState state, Dictionary<string, string> result, CancellationToken cancellation) => journal is null
        ? Task.CompletedTask
        : journal.WriteAsync(
            new JobEvent
            {
                JobId = _id,
                Kind = "export",
                State = state,
                Actor = actor,
                Reason = reason,
                RangeStart = asked.Range.From,
                RangeEnd = asked.Range.To,
                Parameters = Parameters(),
                Result = result,
            },
            cancellation);

    private Dictionary<string, string> Parameters()
    {
        var parameters = new Dictionary<string, string>
        {
            ["feature_set"] = asked.FeatureSet.Version is { } version ? $"{asked.FeatureSet.Name}:{version}" : asked.FeatureSet.Name,
            ["as_of"] = TimeText.Of(asked.AsOf),
            ["format"] = asked.FormatWord,
            ["output"] = asked.Output.FullName,
        };
        Add("entity", asked.Entity);
        Add("labels", asked.Label?.Name);
        Add("maturity_ms", asked.Label?.Maturity.ToString(CultureInfo.InvariantCulture));
        Add("assume", asked.Label?.Assumed);
        Add("predictions", asked.Deployment);
        return parameters;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                parameters.Add(name, value);
            }
        }
    }
}

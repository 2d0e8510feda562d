using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Streaming.Models.Packages;

namespace Streaming.Models.Onnx;

/// <summary>
/// Scores rows of features with one model. Belongs to one thread. A row's scores are the same to the last bit whatever rows it is scored with:
/// that is tried when the model is opened, and one that mixes its rows is scored row by row.
/// </summary>
public sealed class OnnxScorer : IDisposable
{
    // Each plan is tried in turn. A kernel may work in blocks and treat the last elements of an odd block in another way, so that rows of a batch
    // of one come out different in the last bit; where they do, eight is the least.
    private static readonly int[][] Plans = [[1, 8, 64, 256], [8, 64, 256], [1]];

    private readonly SessionOptions _sessionOptions;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions;
    private readonly OnnxSignature _signature;
    private OnnxBatch[] _batches = [];

    private OnnxScorer(SessionOptions sessionOptions, InferenceSession session, RunOptions runOptions, OnnxSignature signature)
    {
        _sessionOptions = sessionOptions;
        _session = session;
        _runOptions = runOptions;
        _signature = signature;
    }

    /// <summary>Values of a row.</summary>
    public int FeatureCount => _signature.Features;

    /// <summary>Scores of a row.</summary>
    public int ScoreCount => _signature.Scores;

    /// <summary>How many rows the model is given at a time, ascending.</summary>
    public IReadOnlyList<int> BatchSizes => Array.ConvertAll(_batches, batch => batch.Rows);

    /// <summary>Opens a package's model: makes a session, compares it with the manifest, and tries it on rows from the training range.</summary>
    /// <exception cref="ModelPackageException">The model does not load, does not fit its manifest, or gives scores that are not finite or not repeatable, or takes longer than it may.</exception>
    public static OnnxScorer Open(ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        var most = package.Limits.MaxOpening;
        return BoundedOpening.TryRun(() => OpenInAnyTime(package), most, out var scorer)
            ? scorer
            : throw new ModelPackageException(package.Directory, [$"{ModelPackage.OnnxFile}: it could not be opened and tried within {most.TotalSeconds:0.###} s; use a smaller model, or a faster machine"]);
    }

    /// <summary>Scores rows. Rows on which the model fails get NaN.</summary>
    /// <param name="rows">The rows' values, one row after the other.</param>
    /// <param name="rowCount">How many rows there are.</param>
    /// <param name="scores">Takes the rows' scores, <see cref="ScoreCount"/> for each.</param>
    /// <exception cref="ArgumentException">The spans do not have <paramref name="rowCount"/> rows.</exception>
    public void Score(ReadOnlySpan<double> rows, int rowCount, Span<double> scores)
    {
        if (rowCount < 0 || rows.Length != (long)rowCount * FeatureCount || scores.Length != (long)rowCount * ScoreCount)
        {
            throw new ArgumentException($"{rowCount} rows of {FeatureCount} features have {(long)rowCount * FeatureCount} values and {(long)rowCount * ScoreCount} scores, not {rows.Length} and {scores.Length}.", nameof(rowCount));
        }

        for (var done = 0; done < rowCount;)
        {
            var batch = BatchFor(rowCount - done);
            var count = Math.Min(batch.Rows, rowCount - done);
            Run(batch, rows.Slice(done * FeatureCount, count * FeatureCount), count, scores.Slice(done * ScoreCount, count * ScoreCount));
            done += count;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var batch in _batches)
        {
            batch.Dispose();
        }

        _runOptions.Dispose();
        _session.Dispose();
        _sessionOptions.Dispose();
    }

    private static OnnxScorer OpenInAnyTime(ModelPackage package)
    {
        var problems = new List<string>();
        var scorer = TryOpen(package, problems);
        if (scorer is not null && problems.Count == 0)
        {
            return scorer;
        }

        scorer?.Dispose();
        throw new ModelPackageException(package.Directory, problems.ConvertAll(problem => $"{ModelPackage.OnnxFile}: {problem}"));
    }

    private static OnnxScorer? TryOpen(ModelPackage package, List<string> problems)
    {
        var manifest = package.Manifest;
        if (manifest.Kind is not (ModelKind.Classifier or ModelKind.Regressor))
        {
            problems.Add($"models of kind '{manifest.Kind.ToString().ToLowerInvariant()}' cannot be scored from feature vectors; they must be classifiers or regressors");
            return null;
        }

        var options = Options();
        try
        {
            var session = new InferenceSession(package.Onnx, options);
            if (OnnxSignature.Of(session, manifest, problems) is { } declared && Shaped(session, declared, package, problems) is { } signature)
            {
                var scorer = new OnnxScorer(options, session, new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL }, signature);
                scorer.TryOut(package, problems);
                return scorer;
            }

            session.Dispose();
        }
        catch (OnnxRuntimeException fault)
        {
            problems.Add($"the runtime refuses it: {fault.Message}");
        }

        options.Dispose();
        return null;
    }

    private static SessionOptions Options()
    {
        var options = new SessionOptions
        {
            // The worker is the unit of parallelism: a pool inside each session would only fight over the cores.
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");

        // The runtime's own format is told apart by a mark in the bytes, and nothing has looked through it.
        options.AddSessionConfigEntry("session.load_model_format", "ONNX");
        return options;
    }

    /// <summary>Runs the graph once to see the output's shape, which graphs often do not declare.</summary>
    private static OnnxSignature? Shaped(InferenceSession session, OnnxSignature declared, ModelPackage package, List<string> problems)
    {
        var rows = declared.FixedRows > 0 ? declared.FixedRows : 2;
        var shape = new long[] { rows, declared.Features };
        var values = WarmUpRows.Of(package.Baseline, rows);
        using var input = declared.InputType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Double
            ? OrtValue.CreateTensorValueFromMemory(values, shape)
            : OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (float)value), shape);
        using var options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var outputs = session.Run(options, [declared.Input], [input], [declared.Output]);
        return declared.WithOutput(outputs[0].GetTensorTypeAndShape().Shape, rows, package.Manifest, problems);
    }

    /// <summary>Chooses how many rows go at a time, and refuses a model whose scores are of no use.</summary>
    private void TryOut(ModelPackage package, List<string> problems)
    {
        var plans = _signature.FixedRows > 0 ? [[_signature.FixedRows]] : Plans;
        var rows = plans.Max(plan => plan[^1]);
        var values = WarmUpRows.Of(package.Baseline, rows);
        foreach (var plan in plans)
        {
            Use(plan);
            if (IsRepeatable(values, rows, alone: plan[^1] == 1))
            {
                break;
            }

            Use([]);
        }

        if (_batches.Length == 0)
        {
            problems.Add("it gives different scores for the same row; export it without random operators, and without a fixed number of rows that depend on each other");
            return;
        }

        var scores = new double[rows * ScoreCount];
        Score(values, rows, scores);
        CheckFinite(scores, values, "a row within the training range", problems);
        if (package.Manifest.AllowsMissing)
        {
            CheckMissing(values[..FeatureCount], package.Manifest, problems);
        }
    }

    private void Use(int[] plan)
    {
        Array.ForEach(_batches, batch => batch.Dispose());
        _batches = Array.ConvertAll(plan, rows => new OnnxBatch(_session, _signature, rows));
    }

    /// <summary>Whether every row has the same scores in batches of each size, at other places in them and beside other rows, to the last bit.</summary>
    private bool IsRepeatable(double[] values, int rows, bool alone)
    {
        var first = new double[rows * ScoreCount];
        var again = new double[rows * ScoreCount];
        ScoreWith(_batches[0], values, rows, 0, first);
        foreach (var batch in _batches)
        {
            foreach (var shift in alone ? (ReadOnlySpan<int>)[0] : [0, 1, 3])
            {
                ScoreWith(batch, values, rows, shift, again);
                if (!MemoryMarshal.Cast<double, long>(first).SequenceEqual(MemoryMarshal.Cast<double, long>(again)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void ScoreWith(OnnxBatch batch, double[] values, int rows, int shift, double[] scores)
    {
        var rotated = values[(shift * FeatureCount)..].Concat(values[..(shift * FeatureCount)]).ToArray();
        var given = new double[scores.Length];
        for (var done = 0; done < rows; done += batch.Rows)
        {
            var count = Math.Min(batch.Rows, rows - done);
            Run(batch, rotated.AsSpan(done * FeatureCount, count * FeatureCount), count, given.AsSpan(done * ScoreCount, count * ScoreCount));
        }

        given.AsSpan(given.Length - (shift * ScoreCount)).CopyTo(scores);
        given.AsSpan(0, given.Length - (shift * ScoreCount)).CopyTo(scores.AsSpan(shift * ScoreCount));
    }

    private void CheckMissing(double[] mean, ModelManifest manifest, List<string> problems)
    {
        var scores = new double[ScoreCount];
        for (var feature = 0; feature < FeatureCount; feature++)
        {
            var row = mean.ToArray();
            row[feature] = double.NaN;
            Score(row, 1, scores);
            CheckFinite(scores, row, $"a row without '{manifest.FeatureSet.Features[feature]}', though {ModelPackage.ManifestFile} says 'missing: allowed'", problems);
        }
    }

    private void CheckFinite(ReadOnlySpan<double> scores, ReadOnlySpan<double> values, string row, List<string> problems)
    {
        for (var index = 0; index < scores.Length; index++)
        {
            if (!double.IsFinite(scores[index]))
            {
                var at = index / ScoreCount * FeatureCount;
                problems.Add($"it gives the score {scores[index]} for {row}: {string.Join(", ", values.Slice(at, FeatureCount).ToArray())}");
                return;
            }
        }
    }

    /// <summary>The size that takes what is left in the least time: one padded run where more than half of it is used, else a full smaller one.</summary>
    private OnnxBatch BatchFor(int left)
    {
        foreach (var batch in _batches)
        {
            if (left <= batch.Rows && left * 2 > batch.Rows)
            {
                return batch;
            }
        }

        for (var index = _batches.Length - 1; index > 0; index--)
        {
            if (_batches[index].Rows <= left)
            {
                return _batches[index];
            }
        }

        return _batches[0];
    }

    private void Run(OnnxBatch batch, ReadOnlySpan<double> rows, int count, Span<double> scores)
    {
        try
        {
            batch.Run(_runOptions, rows, scores);
        }
        catch (OnnxRuntimeException) when (count > 1)
        {
            for (var row = 0; row < count; row++)
            {
                Run(_batches[0], rows.Slice(row * FeatureCount, FeatureCount), 1, scores.Slice(row * ScoreCount, ScoreCount));
            }
        }
        catch (OnnxRuntimeException)
        {
            scores.Fill(double.NaN);
        }
    }
}

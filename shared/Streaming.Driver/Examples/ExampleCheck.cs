using System.Globalization;
using Streaming.Contracts;
using Streaming.Features.Definitions;

namespace Streaming.Driver.Examples;

/// <summary>Holds what left against what an example expects.</summary>
internal sealed class ExampleCheck(FeatureSetDefinition set, Example example, double tolerance)
{
    private const string Nothing = "missing";

    private readonly string[] _names = [.. set.ToRecord().Layout.Select(value => value.Name)];
    private readonly List<ExampleFault> _faults = [];
    private readonly List<FeatureVector> _vectors = [];
    private readonly List<LateReading> _late = [];
    private readonly List<RefusedRecord> _refused = [];

    /// <summary>Takes what has left since the last call.</summary>
    public void Take(PipelineDriver driver)
    {
        _vectors.AddRange(driver.TakeVectors());
        _late.AddRange(driver.TakeLate());
        _refused.AddRange(driver.TakeRefused());
    }

    /// <summary>Looks at what a step expects. What it looks at is not looked at again.</summary>
    public void Look(ExampleStep step)
    {
        if (step.Vectors is { } vectors)
        {
            Look(vectors, _vectors, IsMeant, vector => (vector.Line, vector.Column), Name, Name, Differences);
        }

        if (step.Late is { } late)
        {
            Look(late, _late, IsMeant, one => (one.Line, one.Column), one => $"late reading of {one.Entity} at {Show(one.Time)}", Name, Differences);
        }

        if (step.Refused is { } refused)
        {
            Look(refused, _refused, IsMeant, one => (one.Line, one.Column), one => $"refusal {one.Reason.ToSymbol()}{(one.Entity is null ? "" : $" of {one.Entity}")}", Name, (_, _) => []);
        }
    }

    /// <summary>Everything that is not as expected; what left and was never looked at is.</summary>
    public IReadOnlyList<ExampleFault> End()
    {
        var left = _vectors.Select(Name).Concat(_late.Select(Name)).Concat(_refused.Select(Name));
        _faults.AddRange(left.Select(name => new ExampleFault(example.Line, example.Column, $"{name}: it left, and no step expects it", [])));
        return _faults;
    }

    private void Look<TExpected, TFound>(
        Expectation<TExpected> expected,
        List<TFound> found,
        Func<TExpected, TFound, bool> isMeant,
        Func<TExpected, (int Line, int Column)> place,
        Func<TExpected, string> name,
        Func<TFound, string> nameOfFound,
        Func<TExpected, TFound, IEnumerable<ExampleDifference>> differences)
    {
        foreach (var one in expected.Items)
        {
            var (line, column) = place(one);
            if (found.FindIndex(candidate => isMeant(one, candidate)) is >= 0 and var index)
            {
                if (differences(one, found[index]).ToList() is { Count: > 0 } different)
                {
                    _faults.Add(new ExampleFault(line, column, name(one), different));
                }

                found.RemoveAt(index);
            }
            else
            {
                _faults.Add(new ExampleFault(line, column, $"{name(one)}: it is not there; {(found.Count == 0 ? "nothing of its kind left here" : $"there is {string.Join("; ", found.Take(5).Select(nameOfFound))}")}", []));
            }
        }

        _faults.AddRange(found.Select(surplus => new ExampleFault(expected.Line, expected.Column, $"{nameOfFound(surplus)}: it left, and is not expected here", [])));
        found.Clear();
    }

    private static bool IsMeant(ExpectedVector expected, FeatureVector found) =>
        expected.Entity == found.EntityId && expected.Bucket == found.BucketStart && (expected.Revision is null || expected.Revision == found.Revision);

    private static bool IsMeant(ExpectedLate expected, LateReading found) => expected.Entity == found.Reading.Reading.EntityId && expected.Time == found.Reading.Reading.EventTime;

    private static bool IsMeant(ExpectedRefusal expected, RefusedRecord found) => expected.Reason == found.Reason && (expected.Entity is null || expected.Entity == found.EntityId);

    private IEnumerable<ExampleDifference> Differences(ExpectedVector expected, FeatureVector found)
    {
        foreach (var (name, value) in expected.Features)
        {
            var position = Array.IndexOf(_names, name);
            if (!IsNear(value, found.Features[position]))
            {
                yield return new ExampleDifference(name, Show(value), found.Missing.Contains(position) ? $"{Show(found.Features[position])} ({Nothing})" : Show(found.Features[position]));
            }
        }

        if (expected.Missing is { } missing && !missing.ToHashSet().SetEquals(found.Missing.Select(position => _names[position])))
        {
            yield return new ExampleDifference("missing", List(missing), List(found.Missing.Select(position => _names[position])));
        }

        if (expected.Closed is { } closed && closed != found.CloseReason)
        {
            yield return new ExampleDifference("closed", closed.ToSymbol(), found.CloseReason.ToSymbol());
        }

        if (expected.Readings is { } readings && readings != found.ReadingCount)
        {
            yield return new ExampleDifference("readings", Show(readings), Show(found.ReadingCount));
        }

        if (expected.Late is { } late && late != found.LateCount)
        {
            yield return new ExampleDifference("late", Show(late), Show(found.LateCount));
        }

        if (expected.Completeness is { } completeness && !IsNear(completeness, found.Completeness))
        {
            yield return new ExampleDifference("completeness", Show(completeness), Show(found.Completeness));
        }
    }

    private IEnumerable<ExampleDifference> Differences(ExpectedLate expected, LateReading found)
    {
        if (expected.Bucket is { } bucket && bucket != found.BucketStart)
        {
            yield return new ExampleDifference("bucket", Show(bucket), Show(found.BucketStart));
        }

        if (expected.Lateness is { } lateness && lateness != (long)found.Lateness.TotalMilliseconds)
        {
            yield return new ExampleDifference("lateness", Duration.Text(lateness), Duration.Text((long)found.Lateness.TotalMilliseconds));
        }
    }

    private bool IsNear(double expected, double found) =>
        double.IsNaN(expected) ? double.IsNaN(found) : expected == found || Math.Abs(expected - found) <= tolerance * Math.Max(1, Math.Abs(expected));

    private string Name(ExpectedVector vector) => $"vector of {vector.Entity}, bucket {Show(vector.Bucket)}{(vector.Revision is { } revision ? $", revision {revision}" : "")}";

    private string Name(FeatureVector vector) => $"vector of {vector.EntityId}, bucket {Show(vector.BucketStart)}, revision {vector.Revision} ({vector.CloseReason.ToSymbol()})";

    private string Name(LateReading late) => $"late reading of {late.Reading.Reading.EntityId} at {Show(late.Reading.Reading.EventTime)}";

    private static string Name(RefusedRecord refused) => $"refusal {refused.Reason.ToSymbol()}{(refused.EntityId is { } entity ? $" of {entity}" : "")}: {refused.Detail}";

    private static string List(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";

    private static string Show(double value) => double.IsNaN(value) ? "nan" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Show(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A moment as the example may have written it: from its start on.</summary>
    private string Show(long moment) => $"{(moment < example.Start ? "-" : "")}{Duration.Text(Math.Abs(moment - example.Start))} ({Moment.Text(moment)})";
}

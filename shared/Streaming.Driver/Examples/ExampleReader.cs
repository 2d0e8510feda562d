using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Yaml;

namespace Streaming.Driver.Examples;

/// <summary>Reads one example.</summary>
internal sealed class ExampleReader(YamlMapping node, FeatureSetDefinition set, YamlProblems problems)
{
    private static readonly (string Word, CloseReason Value)[] Reasons =
        [.. new[] { CloseReason.Complete, CloseReason.Watermark, CloseReason.Idle, CloseReason.Revision }.Select(reason => (reason.ToSymbol(), reason))];

    private static readonly (string Word, DeadLetterReason Value)[] Refusals = [.. Enum.GetValues<DeadLetterReason>().Select(reason => (reason.ToSymbol(), reason))];

    private readonly string[] _values = [.. set.ToRecord().Layout.Select(value => value.Name)];
    private long _start;
    private long _now;

    public Example Read()
    {
        var name = node.Text("name");
        node.OptionalText("description");
        _start = _now = Start();
        var steps = node.Items("steps");
        if (steps.Count == 0 && node.Find("steps") is YamlSequence)
        {
            node.Problem("steps", "there is no step; send a reading at least");
        }

        var read = new List<ExampleStep>();
        foreach (var step in steps)
        {
            if (step is YamlMapping mapping)
            {
                read.Add(Step(mapping));
            }
            else
            {
                problems.Add(step, $"a step is {step.Kind}; it must be a mapping, such as reading: {{ … }}");
            }
        }

        node.RefuseUnknown();
        return new Example(name, node.Line, node.Column, _start, read);
    }

    private long Start()
    {
        if (node.OptionalText("start") is not { } text)
        {
            return PipelineDriverOptions.DefaultStart.ToUnixTimeMilliseconds();
        }

        if (!Moment.TryParse(text, out var start))
        {
            node.Problem("start", $"'start' is '{text}'; it must be a moment such as 2026-01-31T12:00:00Z");
        }

        return start;
    }

    private ExampleStep Step(YamlMapping step)
    {
        var at = Time(step, "at");
        var reading = step.OptionalMapping("reading") is { } sensed ? Reading(sensed) : null;
        var attributes = step.OptionalMapping("attributes") is { } known ? Attributes(known) : null;
        if (reading is not null && attributes is not null)
        {
            step.Problem("attributes", "a step sends one thing; give the attributes a step of their own");
        }

        // What is sent without a time arrives when it was measured, or at once where that is over.
        var next = at ?? Math.Max(_now, reading?.EventTime ?? _now);
        if (next < _now)
        {
            step.Problem("at", $"'at' is {Moment.Text(next)}, and the step before was at {Moment.Text(_now)}; the clock cannot go back. A late reading has an earlier 'time', not an earlier 'at'");
        }

        _now = Math.Max(_now, next);
        var expected = new ExampleStep(
            _now, reading, attributes, Each(step, "vectors", Vector), Each(step, "late", Late), Each(step, "refused", Refused));
        step.RefuseUnknown();
        return expected;
    }

    private SensorReading Reading(YamlMapping sensed)
    {
        var (id, scope) = Whom(sensed);
        var reading = new SensorReading
        {
            EntityId = id,
            Scope = scope,
            EventTime = Time(sensed, "time") ?? Required(sensed, "time"),
            Metrics = Numbers(sensed.Mapping("metrics"), "metrics"),
            DeviceId = sensed.OptionalText("device"),
            Sequence = sensed.OptionalInteger("sequence"),
        };
        sensed.RefuseUnknown();
        return reading;
    }

    private EntityAttributes Attributes(YamlMapping known)
    {
        // With an entity, the group is the one that it belongs to from then on, and an empty one ends that; alone, these are the group's own.
        var group = known.Find("group") is YamlScalar scalar ? scalar.Text : null;
        var isOfGroup = group is not null && known.Find("entity") is null;
        var attributes = new EntityAttributes
        {
            EntityId = isOfGroup ? known.Text("group") : known.Text("entity"),
            Scope = isOfGroup ? Scope.Group : Scope.Entity,
            ValidFrom = Time(known, "from") ?? Required(known, "from"),
            GroupId = isOfGroup ? null : group,
            Attributes = known.Find("values") is null ? new Dictionary<string, double>() : Numbers(known.OptionalMapping("values"), "values"),
        };
        known.RefuseUnknown();
        return attributes;
    }

    private ExpectedVector Vector(YamlMapping vector)
    {
        var expected = new ExpectedVector
        {
            Line = vector.Line,
            Column = vector.Column,
            Entity = vector.Text("entity"),
            Bucket = Bucket(vector, "bucket") ?? Required(vector, "bucket"),
            Revision = (int?)vector.OptionalInteger("revision", 0, int.MaxValue),
            Closed = vector.Find("closed") is null ? null : vector.Choice("closed", Reasons),
            Readings = (int?)vector.OptionalInteger("readings", 0, int.MaxValue),
            Late = (int?)vector.OptionalInteger("late", 0, int.MaxValue),
            Completeness = vector.OptionalNumber("completeness", 0, 1),
            Missing = vector.Find("missing") is null ? null : [.. vector.OptionalItems("missing").Select(item => Known(item, (item as YamlScalar)?.Text ?? ""))],
            Features = Features(vector),
        };
        vector.RefuseUnknown();
        return expected;
    }

    private List<(string Name, double Value)> Features(YamlMapping vector)
    {
        var features = new List<(string, double)>();
        foreach (var (key, value) in vector.OptionalMapping("features")?.Fields ?? [])
        {
            Known(key, key.Text);
            if (value is YamlScalar { Text: "nan" })
            {
                features.Add((key.Text, double.NaN));
            }
            else if (value is YamlScalar scalar && scalar.TryNumber(out var number))
            {
                features.Add((key.Text, number));
            }
            else
            {
                problems.Add(value, $"'{key.Text}' is {(value is YamlScalar shown ? $"'{shown.Text}'" : value.Kind)}; it must be a finite number or nan");
            }
        }

        return features;
    }

    private ExpectedLate Late(YamlMapping late)
    {
        var lateness = late.OptionalText("lateness");
        var length = 0L;
        if (lateness is not null && !Duration.TryParse(lateness, out length))
        {
            late.Problem("lateness", $"'lateness' is '{lateness}'; it must be a length of time such as 30s");
        }

        var expected = new ExpectedLate(late.Line, late.Column, late.Text("entity"), Time(late, "time") ?? Required(late, "time"), Bucket(late, "bucket"), lateness is null ? null : length);
        late.RefuseUnknown();
        return expected;
    }

    private static ExpectedRefusal Refused(YamlMapping refused)
    {
        var expected = new ExpectedRefusal(refused.Line, refused.Column, refused.OptionalText("entity"), refused.Choice("reason", Refusals));
        refused.RefuseUnknown();
        return expected;
    }

    private static Expectation<T>? Each<T>(YamlMapping step, string name, Func<YamlMapping, T> read) =>
        step.Find(name) is { } node ? new Expectation<T>(node.Line, node.Column, [.. step.OptionalMappings(name).Select(read)]) : null;

    private static (string Id, Scope Scope) Whom(YamlMapping sensed)
    {
        var group = sensed.OptionalText("group");
        if (group is not null && sensed.Find("entity") is not null)
        {
            sensed.Problem("group", "a reading is either of an 'entity' or of a 'group'; leave one out");
        }

        return group is null ? (sensed.Text("entity"), Scope.Entity) : (group, Scope.Group);
    }

    private Dictionary<string, double> Numbers(YamlMapping? mapping, string name)
    {
        var numbers = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping?.Fields ?? [])
        {
            if (value is YamlScalar scalar && (scalar.TryNumber(out var number) || IsNan(scalar, out number)))
            {
                numbers[key.Text] = number;
            }
            else
            {
                problems.Add(value, $"'{key.Text}' of '{name}' is {(value is YamlScalar shown ? $"'{shown.Text}'" : value.Kind)}; it must be a number or nan");
            }
        }

        return numbers;
    }

    private static bool IsNan(YamlScalar scalar, out double number)
    {
        number = double.NaN;
        return scalar.Text == "nan";
    }

    private string Known(YamlNode at, string name)
    {
        if (!_values.Contains(name))
        {
            problems.Add(at, $"feature set {set.Id} has no value '{name}'; it has {string.Join(", ", _values.Take(20))}{(_values.Length > 20 ? ", …" : "")}.{Suggestion.For(name, _values)}");
        }

        return name;
    }

    private static long Required(YamlMapping mapping, string name)
    {
        if (mapping.Find(name) is null)
        {
            mapping.Problem(name, $"'{name}' is missing; give a length of time from the example's start, such as 0s or 1m30s, or a moment such as 2026-01-31T12:00:00Z");
        }

        return 0;
    }

    private long? Bucket(YamlMapping mapping, string name)
    {
        var bucket = Time(mapping, name);
        if (bucket is { } start && Math.Abs(start - set.Align) % set.Bucket != 0)
        {
            mapping.Problem(name, $"'{name}' is {Moment.Text(start)}, where no bucket starts: they have {Duration.Text(set.Bucket)}, counted from 1970{(set.Align > 0 ? $" and {Duration.Text(set.Align)}" : "")}");
        }

        return bucket;
    }

    /// <summary>A moment, or a length of time before or after the start.</summary>
    private long? Time(YamlMapping mapping, string name)
    {
        if (mapping.OptionalText(name) is not { } text)
        {
            return null;
        }

        if (Duration.TryParse(text.TrimStart('-'), out var length))
        {
            return _start + (text.StartsWith('-') ? -length : length);
        }

        if (Moment.TryParse(text, out var moment))
        {
            return moment;
        }

        mapping.Problem(name, $"'{name}' is '{text}'; it must be a length of time from the example's start, such as 0s, 1m30s or -10s, or a moment such as 2026-01-31T12:00:00Z");
        return null;
    }
}

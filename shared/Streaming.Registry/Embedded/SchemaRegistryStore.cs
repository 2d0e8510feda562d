using System.Globalization;
using Streaming.Avro;
using Streaming.Avro.Registry;

namespace Streaming.Registry.Embedded;

/// <summary>
/// A schema registry in memory, with the rules of Confluent's: one id for one schema over all subjects, versions within a subject, a
/// compatibility level for each subject and one for all (BACKWARD at first). Keeps nothing when the process ends. Safe to call from many threads.
/// </summary>
public sealed class SchemaRegistryStore
{
    /// <summary>Schemas that a store keeps.</summary>
    public const int MaxSchemas = 10_000;

    private readonly Lock _state = new();
    private readonly List<RegisteredSchema> _schemas = [];
    private readonly Dictionary<string, RegisteredSchema> _byNormalText = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<RegisteredSchema>> _subjects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CompatibilityLevel> _levels = new(StringComparer.Ordinal);
    private CompatibilityLevel _level = CompatibilityLevel.Backward;

    /// <summary>Registers a schema under a subject, or finds it there.</summary>
    internal int Register(string subject, string text)
    {
        var schema = RegisteredSchema.Parse(text);
        lock (_state)
        {
            var versions = _subjects.GetValueOrDefault(subject) ?? [];
            if (versions.Find(known => known.NormalText == schema.NormalText) is { } same)
            {
                return same.Id;
            }

            var messages = Incompatibilities(LevelOf(subject), schema, versions);
            if (messages.Count > 0)
            {
                throw RegistryRefusal.Incompatible(subject, messages);
            }

            var kept = Keep(schema);
            versions.Add(kept);
            _subjects[subject] = versions;
            return kept.Id;
        }
    }

    /// <summary>The place of a schema under a subject.</summary>
    internal SubjectVersion Find(string subject, string text)
    {
        lock (_state)
        {
            var versions = Versions(subject);
            var schema = RegisteredSchema.Parse(text);
            var index = versions.FindIndex(known => known.NormalText == schema.NormalText);
            return index >= 0 ? Describe(subject, versions, index) : throw RegistryRefusal.SchemaNotFound();
        }
    }

    /// <summary>The schema under an id.</summary>
    internal string Text(int id)
    {
        lock (_state)
        {
            return Schema(id).Text;
        }
    }

    /// <summary>The places of the schema under an id.</summary>
    internal IReadOnlyList<SubjectVersion> Places(int id)
    {
        lock (_state)
        {
            var schema = Schema(id);
            return [.. _subjects.Where(subject => subject.Value.Contains(schema)).Select(subject => Describe(subject.Key, subject.Value, subject.Value.IndexOf(schema)))];
        }
    }

    /// <summary>The subjects, in the order of their names.</summary>
    internal IReadOnlyList<string> Subjects(string prefix)
    {
        lock (_state)
        {
            return [.. _subjects.Keys.Where(subject => subject.StartsWith(prefix, StringComparison.Ordinal))];
        }
    }

    /// <summary>How many versions a subject has; they count from 1.</summary>
    internal int CountVersions(string subject)
    {
        lock (_state)
        {
            return Versions(subject).Count;
        }
    }

    /// <summary>The schema of a version: a number, or <c>latest</c>.</summary>
    internal SubjectVersion Version(string subject, string version)
    {
        lock (_state)
        {
            var versions = Versions(subject);
            return Describe(subject, versions, Index(versions, version));
        }
    }

    /// <summary>The level of all subjects that have none of their own.</summary>
    internal CompatibilityLevel Level()
    {
        lock (_state)
        {
            return _level;
        }
    }

    /// <summary>A subject's own level, or, where wanted, the one for all.</summary>
    internal CompatibilityLevel Level(string subject, bool orForAll)
    {
        lock (_state)
        {
            return _levels.TryGetValue(subject, out var level) ? level : orForAll ? _level : throw RegistryRefusal.NoOwnLevel(subject);
        }
    }

    /// <summary>Sets the level of a subject, or of all where the subject is null.</summary>
    internal void SetLevel(string? subject, string? name)
    {
        if (!CompatibilityLevels.TryParse(name, out var level))
        {
            throw RegistryRefusal.InvalidLevel();
        }

        lock (_state)
        {
            if (subject is null)
            {
                _level = level;
            }
            else if (_levels.ContainsKey(subject) || _levels.Count < MaxSchemas)
            {
                _levels[subject] = level;
            }
            else
            {
                throw RegistryRefusal.Full(MaxSchemas);
            }
        }
    }

    /// <summary>Why a schema may not follow a version of a subject (a number, or <c>latest</c>), or, where it is null, those that the level names; empty where it may.</summary>
    internal IReadOnlyList<string> Incompatibilities(string subject, string text, string? version)
    {
        var schema = RegisteredSchema.Parse(text);
        lock (_state)
        {
            var level = LevelOf(subject);
            var versions = _subjects.GetValueOrDefault(subject) ?? [];
            if (version is null || (version == "latest" && versions.Count == 0))
            {
                return Incompatibilities(level, schema, versions);
            }

            return versions.Count == 0
                ? throw RegistryRefusal.SubjectNotFound(subject)
                : Incompatibilities(level.OfLatest(), schema, versions[..(Index(versions, version) + 1)]);
        }
    }

    private static IReadOnlyList<string> Incompatibilities(CompatibilityLevel level, RegisteredSchema schema, List<RegisteredSchema> versions) =>
        SchemaCompatibility.Check(level, schema.Schema, [.. versions.Select(version => version.Schema)]);

    private static int Index(List<RegisteredSchema> versions, string version)
    {
        if (version == "latest")
        {
            return versions.Count - 1;
        }

        if (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
        {
            throw RegistryRefusal.InvalidVersion(version);
        }

        return number <= versions.Count ? number - 1 : throw RegistryRefusal.VersionNotFound(number);
    }

    private static SubjectVersion Describe(string subject, List<RegisteredSchema> versions, int index) =>
        new(subject, index + 1, versions[index].Id, versions[index].Text);

    private CompatibilityLevel LevelOf(string subject) => _levels.GetValueOrDefault(subject, _level);

    private RegisteredSchema Schema(int id) => id >= 1 && id <= _schemas.Count ? _schemas[id - 1] : throw RegistryRefusal.SchemaNotFound(id);

    private List<RegisteredSchema> Versions(string subject) => _subjects.GetValueOrDefault(subject) ?? throw RegistryRefusal.SubjectNotFound(subject);

    private RegisteredSchema Keep(RegisteredSchema schema)
    {
        if (_byNormalText.TryGetValue(schema.NormalText, out var known))
        {
            return known;
        }

        if (_schemas.Count == MaxSchemas)
        {
            throw RegistryRefusal.Full(MaxSchemas);
        }

        var kept = schema with { Id = _schemas.Count + 1 };
        _schemas.Add(kept);
        _byNormalText.Add(kept.NormalText, kept);
        return kept;
    }
}

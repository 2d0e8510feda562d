using System.CommandLine;
using Streaming.Avro.Registry;
using Streaming.Cli.Features;
using Streaming.Cli.History;
using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Hosting;
using Streaming.Kafka;
using Streaming.Yaml;

namespace Streaming.Cli.Replaying;

/// <summary>Which feature sets a command computes: those that run, by <c>feature.sets</c>, or one from a file.</summary>
internal sealed class ReplaySets
{
    private readonly Option<string[]> _sets = new("--feature-set")
    {
        Description = "A feature set, as NAME or NAME:VERSION; its highest version where none is said. May be repeated. Default: all that feature.sets names.",
    };

    private readonly Option<FileInfo[]> _definitions = new("--definition") { Description = "The YAML file of a feature set that has not run, or no longer stands in feature.sets. May be repeated." };

    public void AddTo(Command command)
    {
        command.Options.Add(_sets);
        command.Options.Add(_definitions);
    }

    /// <summary>The sets that are asked for.</summary>
    /// <exception cref="ConfigurationException">Something is wrong with them; every mistake is named.</exception>
    public async Task<ChosenSets> ReadAsync(ParseResult parsed, KafkaOptions kafka, ISchemaRegistry registry, CancellationToken cancellation)
    {
        var errors = new List<string>();
        var register = await RegisterAsync(kafka, registry, cancellation);
        var defined = (parsed.GetValue(_definitions) ?? []).Select(file => FeatureFiles.ReadDefinition(file, errors)).OfType<FeatureSetDefinition>().ToList();
        errors.AddRange(register.Check(defined));
        var names = (parsed.GetValue(_sets) ?? []).Select(text => FeatureSetName.Read(text, errors)).ToList();
        var sets = new List<FeatureSetDefinition>();
        if (errors.Count == 0)
        {
            sets.AddRange(names.Count > 0
                ? names.Select(name => Find(name, defined, register, errors)).OfType<FeatureSetDefinition>()
                : defined.Count > 0 ? defined : register.Sets.Select(set => Parse(set, errors)).OfType<FeatureSetDefinition>());
        }

        if (errors.Count == 0 && sets.Count == 0)
        {
            errors.Add("--feature-set: feature.sets is empty, so nothing has run yet; name a file with --definition.");
        }

        return errors.Count == 0 ? ChosenSets.Of([.. sets.DistinctBy(set => set.Id)], register) : throw new ConfigurationException(errors);
    }

    /// <summary>The sets of a job that is resumed.</summary>
    /// <exception cref="ConfigurationException">One is not to be found with the job's content.</exception>
    public async Task<ChosenSets> ReadAsync(ParseResult parsed, ReplayJob job, KafkaOptions kafka, ISchemaRegistry registry, CancellationToken cancellation)
    {
        var errors = new List<string>();
        var register = await RegisterAsync(kafka, registry, cancellation);
        var defined = (parsed.GetValue(_definitions) ?? []).Select(file => FeatureFiles.ReadDefinition(file, errors)).OfType<FeatureSetDefinition>().ToList();
        var sets = new List<FeatureSetDefinition>();
        foreach (var wanted in job.Sets)
        {
            var found = defined.Find(set => set.Hash == wanted.Hash) ?? (register.Find(wanted.Name, wanted.Version) is { } known ? Parse(known, errors) : null);
            if (found?.Hash == wanted.Hash)
            {
                sets.Add(found);
            }
            else
            {
                errors.Add($"Feature set '{wanted.Name}' version {wanted.Version}: the job computes the content {wanted.Hash}, which neither feature.sets nor a --definition has{(found is null ? "" : $" (found: {found.Hash})")}; name its file with --definition.");
            }
        }

        return errors.Count == 0 ? ChosenSets.Of(sets, register) : throw new ConfigurationException(errors);
    }

    private static async Task<FeatureSetRegister> RegisterAsync(KafkaOptions kafka, ISchemaRegistry registry, CancellationToken cancellation)
    {
        var records = new TopicRecords(kafka, registry, "streaming-sets").ReadAsync<FeatureSet>(new TopicNames(kafka.TopicPrefix).Of(Topics.FeatureSets), cancellation);
        return new FeatureSetRegister(await records.Select(record => record.Value).ToListAsync(cancellation));
    }

    private static FeatureSetDefinition? Find(FeatureSetName name, List<FeatureSetDefinition> defined, FeatureSetRegister register, List<string> errors)
    {
        if (defined.Where(set => set.Name == name.Name && (name.Version is null || name.Version == set.Version)).MaxBy(set => set.Version) is { } ofFile)
        {
            return ofFile;
        }

        if ((name.Version is { } version ? register.Find(name.Name, version) : register.FindNewest(name.Name)) is { } known)
        {
            return Parse(known, errors);
        }

        var ran = register.Sets.Select(set => $"{set.Name}:{set.Version}").ToList();
        errors.Add($"--feature-set '{name.Name}{(name.Version is { } asked ? $":{asked}" : "")}': has not run; feature.sets names {(ran.Count == 0 ? "none" : string.Join(", ", ran))}. One that has not run needs its file: --definition FILE.");
        return null;
    }

    /// <summary>A set as it was published. It must come to the hash under which it ran: the rules may have changed since.</summary>
    private static FeatureSetDefinition? Parse(FeatureSet known, List<string> errors)
    {
        var problems = new YamlProblems($"feature.sets, {known.Name}:{known.Version}");
        var set = FeatureSetFile.Parse(known.Content, problems);
        errors.AddRange(problems.Items.Select(problem => problem.ToString()));
        if (set is not null && set.Hash != known.Hash)
        {
            errors.Add($"Feature set '{known.Name}' version {known.Version} ran with the content {known.Hash}, but this version of the program reads its definition as {set.Hash}: use the version that it ran with.");
            return null;
        }

        return set;
    }
}

/// <summary>Feature sets that a command computes.</summary>
/// <param name="All">All of them.</param>
/// <param name="Unpublished">Those that <c>feature.sets</c> does not know.</param>
internal sealed record ChosenSets(IReadOnlyList<FeatureSetDefinition> All, IReadOnlyList<FeatureSetDefinition> Unpublished)
{
    /// <summary>No set.</summary>
    public static ChosenSets None { get; } = new([], []);

    public static ChosenSets Of(IReadOnlyList<FeatureSetDefinition> sets, FeatureSetRegister register) =>
        new(sets, [.. sets.Where(set => register.Find(set.Name, set.Version) is null)]);
}

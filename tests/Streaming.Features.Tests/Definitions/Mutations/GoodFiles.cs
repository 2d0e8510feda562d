namespace Streaming.Features.Tests.Definitions.Mutations;

/// <summary>Files that are right and together have every field and every word.</summary>
internal static class GoodFiles
{
    public const string Entities = """
        # Everything that the set of an entity can say.
        name: herd
        version: 3
        description: cows
        bucket: 10m
        align: 5m
        grace: 2m
        idleClose: 0
        reviseFor: 6h
        reviseEvery: 30s
        emit: complete
        scope: entity
        from: 2026-01-31T00:00:00Z
        where: temperature > 20 and temperature < 45
        expected: { count: 60 }
        maxReadingsPerBucket: 1000
        maxOpenBuckets: 100
        maxEntities: 1000000
        features:
          - { name: warm, metric: temperature, aggregate: mean, unit: K, description: how warm, missing: nan }
          - { name: fever, metric: temperature, aggregate: timeAbove, above: 39.5, over: 24h, missing: 0 }
          - { name: drunk, metric: water, of: entity, aggregate: increase, missing: { last: 6h } }
          - { name: parity, attribute: parity, of: group, type: number }
          - { name: calved, attribute: calved_at, type: time, missing: skip }
          - { name: barn, metric: temperature, of: group, aggregate: last, maxAge: 1h }
          - { name: herd, feature: warm, of: group, aggregate: stddev, maxAge: 2h }
          - name: above_barn
            value: warm - barn
            unit: "K"
          - { name: days, value: '(bucket_end - calved) / 1d', missing: -1.5e-3 }
        lags: { count: 7, of: [warm, drunk], rows: present, current: false }
        """;

    public static readonly string Groups = $$"""
        name: barns.2-a_b
        version: 1
        bucket: 1h30m
        emit: close
        scope: group
        from: 2026-01-31
        expected: { every: 10s500ms }
        features:
        {{string.Join('\n', AggregateWords.Select(word => $"- {{ name: {word}, metric: m, aggregate: {word}{(word == "timeAbove" ? ", above: -1" : "")} }}"))}}
        lags: { count: 1, of: [mean], rows: all, current: true }
        """;

    public static readonly IReadOnlyList<string> All = [Entities, Groups, "name: a\nversion: 1\nbucket: 500ms\nfeatures: [{ name: x, metric: x, aggregate: sum }]\n"];

    private static string[] AggregateWords => ["count", "sum", "mean", "min", "max", "range", "first", "last", "stddev", "slope", "timeAbove", "increase", "secondsSinceLast"];
}

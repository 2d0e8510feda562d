using System;
using System.Collections.Generic;
using System.Linq;

namespace Streaming.Avro;

/// <summary>Schemas in files that refer to each other's types by full name, one type a file.</summary>
public sealed class AvroSchemaSet
{
    private readonly Dictionary<string, Entry> _byType = new();
    private readonly List<Entry> _entries = new();
    private readonly SchemaParser _parser;

    private AvroSchemaSet() => _parser = new SchemaParser(Resolve);

    /// <summary>The files, in the order given, each with its schema or what is wrong with it.</summary>
    public IReadOnlyList<AvroSchemaFile> Files { get; private set; } = Array.Empty<AvroSchemaFile>();

    /// <summary>Reads some files.</summary>
    /// <param name="files">Path and text of each. The paths serve as names only.</param>
    public static AvroSchemaSet Parse(IEnumerable<KeyValuePair<string, string>> files)
    {
        var set = new AvroSchemaSet();
        foreach (var file in files)
        {
            set.Add(file.Key, file.Value);
        }

        set.Files = set._entries.Select(entry => set.Finish(entry)).ToArray();
        return set;
    }

    private void Add(string path, string text)
    {
        var entry = new Entry(path);
        _entries.Add(entry);
        try
        {
            entry.Json = JsonParser.Parse(text);
            if (entry.Json.Member("name") is { Kind: JsonKind.String } name)
            {
                var fullName = SchemaName.Of(name.Text, entry.Json.Member("namespace")?.Text ?? "").FullName;
                if (_byType.TryGetValue(fullName, out var other))
                {
                    throw name.Fault($"type '{fullName}' is defined in '{other.Path}' too");
                }

                _byType.Add(fullName, entry);
            }
        }
        catch (AvroSchemaException fault)
        {
            entry.Fault = fault;
        }
    }

    private AvroSchemaFile Finish(Entry entry)
    {
        Read(entry);
        return new AvroSchemaFile(entry.Path, entry.Schema, entry.Fault is { } fault ? new AvroSchemaException(fault.Rule, fault.Line, fault.Column, entry.Path) : null);
    }

    private AvroSchema? Resolve(string fullName)
    {
        if (!_byType.TryGetValue(fullName, out var entry))
        {
            return null;
        }

        Read(entry);
        return entry.Fault is null ? entry.Schema : throw new AvroSchemaException($"type '{fullName}' has a fault of its own in '{entry.Path}'", 0, 0);
    }

    private void Read(Entry entry)
    {
        if (entry.Schema is not null || entry.Fault is not null || entry.Json is null)
        {
            return;
        }

        try
        {
            entry.Schema = _parser.Parse(entry.Json);
        }
        catch (AvroSchemaException fault)
        {
            entry.Fault = fault;
        }
    }

    private sealed class Entry
    {
        public Entry(string path) => Path = path;

        public string Path { get; }

        public JsonValue? Json { get; set; }

        public AvroSchema? Schema { get; set; }

        public AvroSchemaException? Fault { get; set; }
    }
}

/// <summary>A file of a set: either its schema or its fault is there.</summary>
public sealed class AvroSchemaFile
{
    internal AvroSchemaFile(string path, AvroSchema? schema, AvroSchemaException? fault)
    {
        Path = path;
        Schema = schema;
        Fault = fault;
    }

    /// <summary>The path, as given.</summary>
    public string Path { get; }

    /// <summary>The schema, with everything that it refers to.</summary>
    public AvroSchema? Schema { get; }

    /// <summary>What is wrong with the file, or with one that it refers to.</summary>
    public AvroSchemaException? Fault { get; }
}

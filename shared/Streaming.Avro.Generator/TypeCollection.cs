using System;
using System.Collections.Generic;

namespace Streaming.Avro.Generator;

/// <summary>The types that some schemas need, each once, with what writes it.</summary>
internal sealed class TypeCollection
{
    private readonly SortedDictionary<string, Action<CodeText>> _emitters = new(StringComparer.Ordinal);

    /// <param name="schema">A file's schema.</param>
    /// <param name="name">The file's name, for a union, which has none of its own.</param>
    /// <param name="view">Whether views are wanted.</param>
    /// <returns>Why the schema cannot be generated; null where it can.</returns>
    public string? Add(AvroSchema schema, string name, bool view)
    {
        if (schema is UnionSchema union)
        {
            if (UnionEmitter.Unsupported(union) is { } reason)
            {
                return reason;
            }

            _emitters[name] = code => UnionEmitter.Emit(code, union, name);
        }
        else if (schema is not (RecordSchema or EnumSchema))
        {
            return "a schema of its own must be a record, an enum or a union of records";
        }

        if (Shapes.Unsupported(schema) is { } unsupported && schema is not UnionSchema)
        {
            return unsupported;
        }

        AddNamed(schema);
        return view ? AddViews(schema) : null;
    }

    /// <summary>The names of the files to make, and what writes them.</summary>
    public IEnumerable<(string Name, Action<CodeText> Emit)> Emitters()
    {
        foreach (var emitter in _emitters)
        {
            yield return (emitter.Key, emitter.Value);
        }
    }

    private void AddNamed(AvroSchema schema)
    {
        switch (schema)
        {
            case EnumSchema symbols:
                _emitters[symbols.Name] = code => EnumEmitter.Emit(code, symbols);
                break;
            case RecordSchema record:
                _emitters[record.Name] = code => RecordEmitter.Emit(code, record);
                break;
        }

        foreach (var part in Parts(schema))
        {
            AddNamed(part);
        }
    }

    private string? AddViews(AvroSchema schema)
    {
        if (schema is RecordSchema record)
        {
            if (ViewEmitter.Unsupported(record) is { } reason)
            {
                return reason;
            }

            _emitters[record.Name + "View"] = code => ViewEmitter.Emit(code, record);
        }

        foreach (var part in Parts(schema))
        {
            if (AddViews(part) is { } reason)
            {
                return reason;
            }
        }

        return null;
    }

    private static IEnumerable<AvroSchema> Parts(AvroSchema schema)
    {
        switch (schema)
        {
            case RecordSchema record:
                foreach (var field in record.Fields)
                {
                    yield return field.Schema;
                }

                break;
            case ArraySchema array:
                yield return array.Items;
                break;
            case MapSchema map:
                yield return map.Values;
                break;
            case UnionSchema union:
                foreach (var branch in union.Branches)
                {
                    yield return branch;
                }

                break;
        }
    }
}

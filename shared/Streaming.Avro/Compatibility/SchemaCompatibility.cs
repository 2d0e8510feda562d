using Streaming.Avro.Registry;
using Streaming.Avro.Resolution;

namespace Streaming.Avro;

/// <summary>Whether every value of one schema can be read with another. Stricter than <see cref="ResolutionPlan"/>, which only asks whether some can.</summary>
public static class SchemaCompatibility
{
    /// <summary>Compares two schemas.</summary>
    /// <param name="reader">What is read with.</param>
    /// <param name="writer">What was written with.</param>
    /// <returns>Everything that stands against it, each with its field; empty where nothing does.</returns>
    public static IReadOnlyList<string> Check(AvroSchema reader, AvroSchema writer)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(writer);
        var messages = new List<string>();
        new Comparison(messages).Compare(writer, reader, "");
        return messages;
    }

    /// <summary>Compares a schema with those before it.</summary>
    /// <param name="level">What is demanded.</param>
    /// <param name="proposed">The new schema.</param>
    /// <param name="earlier">The schemas before it, oldest first.</param>
    /// <returns>Everything that stands against it; empty where nothing does.</returns>
    public static IReadOnlyList<string> Check(CompatibilityLevel level, AvroSchema proposed, IReadOnlyList<AvroSchema> earlier)
    {
        ArgumentNullException.ThrowIfNull(proposed);
        ArgumentNullException.ThrowIfNull(earlier);
        var messages = new List<string>();
        for (var i = level.IsTransitive() ? 0 : Math.Max(0, earlier.Count - 1); i < earlier.Count; i++)
        {
            if (level.ReadsEarlier())
            {
                messages.AddRange(Check(proposed, earlier[i]).Select(message => $"the new schema cannot read what version {i + 1} wrote: {message}"));
            }

            if (level.ReadByEarlier())
            {
                messages.AddRange(Check(earlier[i], proposed).Select(message => $"version {i + 1} cannot read what the new schema writes: {message}"));
            }
        }

        return messages;
    }

    private sealed class Comparison(List<string> messages)
    {
        public void Compare(AvroSchema writer, AvroSchema reader, string path)
        {
            if (writer is UnionSchema union)
            {
                foreach (var branch in union.Branches)
                {
                    Compare(branch, reader, path);
                }
            }
            else if (reader is UnionSchema choices)
            {
                CompareBranch(writer, choices, path);
            }
            else if (SchemaMatch.OtherMeaning(writer, reader) is { } meaning)
            {
                Add(path, meaning);
            }
            else if (writer.Kind == reader.Kind)
            {
                CompareSame(writer, reader, path);
            }
            else if (!SchemaMatch.Promotes(writer.Kind, reader.Kind))
            {
                Add(path, $"{SchemaMatch.Describe(writer)} cannot be read as {SchemaMatch.Describe(reader)}");
            }
        }

        private void CompareBranch(AvroSchema writer, UnionSchema reader, string path)
        {
            var branch = SchemaMatch.Branch(writer, reader);
            if (branch < 0)
            {
                Add(path, $"{SchemaMatch.Describe(writer)} is none of the reader's branches");
            }
            else
            {
                Compare(writer, reader.Branches[branch], path);
            }
        }

        private void CompareSame(AvroSchema writer, AvroSchema reader, string path)
        {
            if (writer is NamedSchema named && !SchemaMatch.Names(named, (NamedSchema)reader))
            {
                Add(path, $"{SchemaMatch.Describe(writer)} is not {SchemaMatch.Describe(reader)}, nor one of its aliases");
                return;
            }

            switch (writer, reader)
            {
                case (RecordSchema from, RecordSchema to):
                    CompareFields(from, to, path);
                    break;
                case (EnumSchema from, EnumSchema to) when to.DefaultSymbol is null && from.Symbols.Except(to.Symbols).ToArray() is { Length: > 0 } unknown:
                    Add(path, $"the symbols {string.Join(", ", unknown)} are unknown to the reader, which has no default");
                    break;
                case (FixedSchema from, FixedSchema to) when from.Size != to.Size:
                    Add(path, $"'{from.FullName}' has {from.Size} bytes for the writer, {to.Size} for the reader");
                    break;
                case (ArraySchema from, ArraySchema to):
                    Compare(from.Items, to.Items, path + "[]");
                    break;
                case (MapSchema from, MapSchema to):
                    Compare(from.Values, to.Values, path + "{}");
                    break;
            }
        }

        private void CompareFields(RecordSchema writer, RecordSchema reader, string path)
        {
            foreach (var field in reader.Fields)
            {
                var fieldPath = path.Length == 0 ? field.Name : path + "." + field.Name;
                var from = SchemaMatch.WriterField(writer, field);
                if (from >= 0)
                {
                    Compare(writer.Fields[from].Schema, field.Schema, fieldPath);
                }
                else if (!field.HasDefault)
                {
                    Add(fieldPath, "the writer has no such field, and the reader no default for it");
                }
            }
        }

        private void Add(string path, string rule) => messages.Add((path.Length == 0 ? "" : path + ": ") + rule);
    }
}

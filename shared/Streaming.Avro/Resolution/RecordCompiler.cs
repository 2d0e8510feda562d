namespace Streaming.Avro.Resolution;

/// <summary>Finds out how a writer's record becomes the reader's.</summary>
internal static class RecordCompiler
{
    public static Transcoder? Compile(RecordSchema writer, RecordSchema reader, string path, ref string? error)
    {
        var steps = new (Transcoder Transcoder, int WriterField)[reader.Fields.Count];
        for (var i = 0; i < steps.Length; i++)
        {
            var field = reader.Fields[i];
            var from = SchemaMatch.WriterField(writer, field);
            var fieldPath = path.Length == 0 ? field.Name : path + "." + field.Name;
            var transcoder = from >= 0 ? PlanCompiler.Compile(writer.Fields[from].Schema, field.Schema, fieldPath, ref error)
                : field.HasDefault ? new DefaultTranscoder(DefaultEncoder.Encode(field))
                : PlanCompiler.Fault(ref error, fieldPath, "the writer has no such field, and the reader no default for it");
            if (transcoder is null)
            {
                return null;
            }

            steps[i] = (transcoder, from);
        }

        var used = steps.Where(step => step.WriterField >= 0).Select(step => step.WriterField).ToArray();
        return used.Zip(used.Skip(1)).All(pair => pair.First < pair.Second) ? InOrder(writer, steps) : OutOfOrder(writer, steps);
    }

    private static ReorderTranscoder OutOfOrder(RecordSchema writer, (Transcoder, int)[] steps) =>
        new([.. writer.Fields.Select(field => Skipper.For(field.Schema))], steps);

    private static Transcoder InOrder(RecordSchema writer, (Transcoder Transcoder, int WriterField)[] steps)
    {
        var all = new List<Transcoder>();
        var next = 0;
        foreach (var (transcoder, field) in steps)
        {
            if (field >= 0)
            {
                Drop(field);
                next = field + 1;
            }

            all.Add(transcoder);
        }

        Drop(writer.Fields.Count);
        var merged = Merge(all);
        return merged.Count == 1 ? merged[0] : new SequenceTranscoder([.. merged]);

        void Drop(int until)
        {
            if (next < until)
            {
                all.Add(new DropTranscoder(Skipper.Sequence(writer.Fields.Skip(next).Take(until - next).Select(field => Skipper.For(field.Schema)))));
                next = until;
            }
        }
    }

    /// <summary>Makes one copy of copies that follow each other.</summary>
    private static List<Transcoder> Merge(List<Transcoder> steps)
    {
        var merged = new List<Transcoder>();
        var copied = new List<Skipper>();
        foreach (var step in steps)
        {
            if (step is CopyTranscoder copy)
            {
                copied.Add(copy.Skipper);
                continue;
            }

            Flush();
            merged.Add(step);
        }

        Flush();
        return merged;

        void Flush()
        {
            if (copied.Count > 0)
            {
                merged.Add(new CopyTranscoder(Skipper.Sequence(copied)));
                copied.Clear();
            }
        }
    }
}

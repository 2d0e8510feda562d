using Streaming.Avro;

namespace Streaming.History.Export;

/// <summary>Writes rows in one format into a buffer. Cells come in the order of the columns.</summary>
internal abstract class RowWriter(AvroBuffer buffer)
{
    /// <summary>What is written and not yet taken.</summary>
    public AvroBuffer Buffer { get; } = buffer;

    /// <summary>Writes what comes before the rows.</summary>
    public abstract void Start();

    /// <summary>Begins a row.</summary>
    public abstract void Begin();

    /// <summary>A text; null for an empty cell.</summary>
    public abstract void Text(string? value);

    /// <summary>A moment in milliseconds since 1970; null for an empty cell.</summary>
    public abstract void Time(long? value);

    /// <summary>A whole number; null for an empty cell.</summary>
    public abstract void Integer(long? value);

    /// <summary>A number, exactly; NaN for an empty cell.</summary>
    public abstract void Number(double value);

    /// <summary>Ends a row.</summary>
    public abstract void End();

    /// <summary>Writes what comes after the rows.</summary>
    public abstract void Finish();
}

namespace Streaming.Avro.Registry;

/// <summary>A schema that records were written with, ready to be read.</summary>
/// <param name="id">The id in the frame of the records.</param>
/// <param name="plan">How its values become the reader's.</param>
public sealed class WriterSchema(int id, ResolutionPlan plan)
{
    /// <summary>The id in the frame of the records.</summary>
    public int Id { get; } = id;

    /// <summary>How its values become the reader's.</summary>
    public ResolutionPlan Plan { get; } = plan ?? throw new ArgumentNullException(nameof(plan));

    /// <summary>The schema itself, JSON.</summary>
    public string Text => Plan.Writer.Text;
}

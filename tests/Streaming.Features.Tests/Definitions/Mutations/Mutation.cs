namespace Streaming.Features.Tests.Definitions.Mutations;

/// <summary>One mistake that is put into a file that was right.</summary>
/// <param name="What">What was done, for the message of a failure.</param>
/// <param name="At">Where in the file, from 0.</param>
/// <param name="Length">How many letters are taken out there.</param>
/// <param name="Put">What stands there instead.</param>
/// <param name="Told">What must be told of it.</param>
/// <param name="ByShape">Whether it is wrong by itself, without a look at the rest of the file: what a schema can know.</param>
internal sealed record Mutation(string What, int At, int Length, string Put, string Told, bool ByShape)
{
    public override string ToString() => What;

    public static string Apply(string file, IEnumerable<Mutation> mutations)
    {
        foreach (var mutation in mutations.OrderByDescending(mutation => mutation.At))
        {
            file = file[..mutation.At] + mutation.Put + file[(mutation.At + mutation.Length)..];
        }

        return file;
    }

    /// <summary>Line and column of a place in a file, both from 1.</summary>
    public static (int Line, int Column) PlaceOf(string file, int at) =>
        (1 + file[..at].Count(letter => letter == '\n'), at - file[..at].LastIndexOf('\n'));
}

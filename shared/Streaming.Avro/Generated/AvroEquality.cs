using System.Collections;
using System.ComponentModel;

namespace Streaming.Avro.Generated;

/// <summary>Equality of generated records by their content, arrays and maps included. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class AvroEquality
{
    /// <summary>Whether two values are equal; of arrays, whether their items are.</summary>
    public static bool Equal<T>(T left, T right) =>
        left is Array
            ? StructuralComparisons.StructuralEqualityComparer.Equals(left, right)
            : EqualityComparer<T>.Default.Equals(left, right);

    /// <summary>Whether two maps have the same names with equal values.</summary>
    public static bool Equal<T>(IReadOnlyDictionary<string, T>? left, IReadOnlyDictionary<string, T>? right)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        if (left.Count != right.Count)
        {
            return false;
        }

        foreach (var (name, value) in left)
        {
            if (!right.TryGetValue(name, out var other) || !Equal(value, other))
            {
                return false;
            }
        }

        return true;
    }
}

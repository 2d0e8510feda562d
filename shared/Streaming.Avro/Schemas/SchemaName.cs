using System.Text.RegularExpressions;

namespace Streaming.Avro;

/// <summary>The name of a type, taken apart by Avro's rules.</summary>
internal readonly struct SchemaName
{
    // Not source-generated: these files are also compiled into the generator, for which that does not exist.
    private static readonly Regex Part = new("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.CultureInvariant);

    private SchemaName(string name, string nameSpace)
    {
        Name = name;
        Namespace = nameSpace;
    }

    public string Name { get; }

    public string Namespace { get; }

    public string FullName => Namespace.Length == 0 ? Name : Namespace + "." + Name;

    /// <summary>A name as written: with dots it is full, else it is of the namespace given.</summary>
    public static SchemaName Of(string written, string nameSpace)
    {
        var dot = written.LastIndexOf('.');
        return dot < 0 ? new SchemaName(written, nameSpace) : new SchemaName(written.Substring(dot + 1), written.Substring(0, dot));
    }

    public static bool IsValid(string name) => Part.IsMatch(name);

    public static bool IsValidFull(string name)
    {
        foreach (var part in name.Split('.'))
        {
            if (!IsValid(part))
            {
                return false;
            }
        }

        return true;
    }
}

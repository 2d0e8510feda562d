namespace Streaming.History.Export;

/// <summary>What the cells of a column are.</summary>
public enum ColumnKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A moment, in milliseconds since 1970.</summary>
    Time,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number; NaN, the missing one, leaves the cell empty.</summary>
    Number,
}

/// <summary>A column of an export.</summary>
/// <param name="Name">Its name in the file; no two alike.</param>
/// <param name="Kind">What its cells are.</param>
/// <param name="IsOptional">Whether cells may be empty.</param>
/// <param name="Unit">Its unit; empty where it has none.</param>
/// <param name="Description">What it is.</param>
public sealed record ExportColumn(string Name, ColumnKind Kind, bool IsOptional, string Unit, string Description);

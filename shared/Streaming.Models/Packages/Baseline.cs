namespace Streaming.Models.Packages;

/// <summary>How features and score were distributed in training: what drift is measured against.</summary>
/// <param name="Rows">Rows of the training data.</param>
/// <param name="Features">One for each feature, in the order of the vector.</param>
/// <param name="Score">Of the positive label's probability, or of a regressor's number.</param>
public sealed record Baseline(long Rows, IReadOnlyList<Distribution> Features, Distribution Score);

/// <summary>Where the values of one column lie.</summary>
/// <param name="Name">The feature, or the label that the score is about.</param>
/// <param name="Count">Rows that have a value.</param>
/// <param name="MissingShare">Rows without a value over all rows, 0 to 1.</param>
/// <param name="Mean">Of the values; 0 where there are none.</param>
/// <param name="Std">Sample standard deviation (n − 1); 0 below two values.</param>
/// <param name="Edges">Ascending; bin i holds values from edge i up to, not including, edge i + 1; the last bin includes its upper edge.</param>
/// <param name="Counts">Values in each bin: one fewer than the edges.</param>
public sealed record Distribution(
    string Name,
    long Count,
    double MissingShare,
    double Mean,
    double Std,
    IReadOnlyList<double> Edges,
    IReadOnlyList<long> Counts);

namespace Streaming.Testing.Occupancy;

/// <summary>One row of the occupancy data with what an independent computation says of it.</summary>
/// <param name="Entity">The room: the name of its file without the ending, <c>datatest</c> or <c>datatest2</c>.</param>
/// <param name="EventTime">The row's time in milliseconds since 1970, UTC.</param>
/// <param name="Values">Temperature, humidity, light, CO2, humidity ratio, in the order of <see cref="OccupancyReference.Metrics"/>.</param>
/// <param name="IsOccupied">The truth.</param>
/// <param name="Probability">That the room is occupied, by the linear discriminant in double precision.</param>
public sealed record OccupancyRow(string Entity, long EventTime, IReadOnlyList<double> Values, bool IsOccupied, double Probability)
{
    /// <summary>The truth as the data names it, <c>0</c> or <c>1</c>.</summary>
    public string Truth => IsOccupied ? "1" : "0";

    /// <summary>Start of the one-minute bucket, aligned at half a minute, that holds the row and all its readings.</summary>
    public long BucketStart => ((EventTime + OccupancyReference.HalfMinute) / OccupancyReference.Minute * OccupancyReference.Minute) - OccupancyReference.HalfMinute;
}

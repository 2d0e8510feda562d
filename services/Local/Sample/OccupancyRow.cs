namespace Streaming.Local.Sample;

/// <summary>One row of the occupancy data: what five devices of a room measured at one time, and whether somebody was there.</summary>
/// <param name="Time">Milliseconds since 1970; the file's time read as UTC.</param>
/// <param name="Values">One per metric, in the order of <see cref="OccupancyFile.Metrics"/>.</param>
/// <param name="Occupied">The truth: "1" or "0".</param>
internal sealed record OccupancyRow(long Time, double[] Values, string Occupied);

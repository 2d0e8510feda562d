using Streaming.Contracts;

namespace Streaming.Local.Sample;

/// <summary>
/// The occupancy sample as devices would have sent it: in each room five devices, one per metric, each at the row's time give or take twenty seconds and
/// in shuffled order, all five before the next row; the labels follow half an hour later. The rooms play side by side, each from its own
/// first reading. The same seed gives the same plan.
/// </summary>
internal static class SamplePlan
{
    /// <summary>The name under which the truth is published; the sample's model answers to it.</summary>
    public const string LabelName = "occupancy";

    /// <summary>The rooms, named after the files of the data set.</summary>
    public static readonly IReadOnlyList<string> Rooms = ["datatest", "datatest2"];

    private const string LabelSource = "pictures of the room";
    private const int Seed = 20150202;
    private const int JitterMilliseconds = 20_000;
    private const long LabelDelayMilliseconds = 30 * 60_000;

    /// <param name="directory">Where the files of the data set are.</param>
    /// <returns>The steps, in the order of their time.</returns>
    public static IReadOnlyList<SampleStep> Make(string directory)
    {
        var steps = new List<SampleStep>();
        foreach (var (index, room) in Rooms.Index())
        {
            var rows = OccupancyFile.Read(Path.Combine(directory, $"{room}.txt"));
            Add(room, rows, new Random(Seed + index), steps);
        }

        // A stable sort: steps of one room keep their order.
        return [.. steps.OrderBy(step => step.Elapsed)];
    }

    private static void Add(string room, IReadOnlyList<OccupancyRow> rows, Random random, List<SampleStep> steps)
    {
        var start = rows[0].Time - JitterMilliseconds;
        foreach (var (sequence, row) in rows.Index())
        {
            var readings = OccupancyFile.Metrics
                .Select((metric, column) => new SensorReading
                {
                    EntityId = room,
                    EventTime = row.Time + random.Next(-JitterMilliseconds, JitterMilliseconds + 1),
                    Metrics = new Dictionary<string, double> { [metric] = row.Values[column] },
                    DeviceId = $"{room}-{metric}",
                    Sequence = sequence,
                })
                .ToArray();
            random.Shuffle(readings);
            steps.Add(new SampleStep(row.Time - start, readings, [], []));

            var label = new Label
            {
                EntityId = room,
                EventTime = row.Time,
                Name = LabelName,
                Value = row.Occupied,
                KnownAt = row.Time + LabelDelayMilliseconds,
                Source = LabelSource,
            };
            steps.Add(new SampleStep(label.KnownAt - start, [], [], [label]));
        }
    }
}

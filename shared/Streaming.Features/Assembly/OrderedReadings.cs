using System.Runtime.InteropServices;

namespace Streaming.Features.Assembly;

/// <summary>A value that is kept since the order of its metric's readings counts.</summary>
internal struct OrderedReading
{
    /// <summary>Event time since the bucket's start, in milliseconds.</summary>
    public uint Time;
    public int Metric;
    public double Value;
}

/// <summary>Values in the order of their arrival, and what is made of them in the order of their times.</summary>
internal sealed unsafe class OrderedReadings(VectorPlan plan, BlockStore blocks)
{
    private ulong[] _order = [];

    /// <summary>Keeps a value; the bucket is touched.</summary>
    public void Add(Bucket* bucket, uint time, int metric, double value)
    {
        bucket->OrderBlock = blocks.WithRoom(bucket->OrderBlock, bucket->OrderCount * sizeof(OrderedReading), sizeof(OrderedReading), 16 * sizeof(OrderedReading));
        ((OrderedReading*)blocks.At(bucket->OrderBlock))[bucket->OrderCount++] = new OrderedReading { Time = time, Metric = metric, Value = value };
    }

    /// <summary>The values of a bucket.</summary>
    public ReadOnlySpan<OrderedReading> Of(in Bucket bucket) =>
        bucket.OrderCount == 0 ? default : new(blocks.At(bucket.OrderBlock), bucket.OrderCount);

    /// <summary>Brings rises and times above thresholds up to date; the bucket is touched.</summary>
    public void Settle(Bucket* bucket, double* words)
    {
        var readings = Of(*bucket);
        if (_order.Length < readings.Length)
        {
            _order = new ulong[readings.Length * 2];
        }

        foreach (var metric in plan.Ordered)
        {
            var count = 0;
            for (var i = 0; i < readings.Length; i++)
            {
                if (readings[i].Metric == metric)
                {
                    _order[count++] = ((ulong)readings[i].Time << 32) | (uint)i;
                }
            }

            // By time; of one time, in the order of arrival.
            _order.AsSpan(0, count).Sort();
            Settle(plan.Plans[metric], readings, _order.AsSpan(0, count), words);
        }

        bucket->OrderSettled = bucket->OrderCount;
    }

    /// <summary>How much a counter rose from one reading to the next: a fall is a restart from 0.</summary>
    public static double Rise(double from, double to) => to >= from ? Accumulator.Bounded(to - from) : Math.Max(0, to);

    private static void Settle(in MetricPlan plan, ReadOnlySpan<OrderedReading> readings, ReadOnlySpan<ulong> order, double* words)
    {
        if (plan.HasRise)
        {
            words[plan.Rise] = 0;
        }

        for (var threshold = 0; threshold < plan.Thresholds.Length; threshold++)
        {
            words[plan.TimeAbove(threshold)] = 0;
        }

        for (var i = 1; i < order.Length; i++)
        {
            ref readonly var from = ref readings[(int)(uint)order[i - 1]];
            ref readonly var to = ref readings[(int)(uint)order[i]];
            if (plan.HasRise)
            {
                words[plan.Rise] = Accumulator.Bounded(words[plan.Rise] + Rise(from.Value, to.Value));
            }

            for (var threshold = 0; threshold < plan.Thresholds.Length; threshold++)
            {
                words[plan.TimeAbove(threshold)] += from.Value > plan.Thresholds[threshold] ? to.Time - from.Time : 0;
            }
        }
    }
}

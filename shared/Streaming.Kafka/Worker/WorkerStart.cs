namespace Streaming.Kafka;

/// <summary>What must be there before a worker joins its group; waited for within bounds.</summary>
internal sealed class WorkerStart(WorkerContext context, Func<bool> stopping)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>Looks at the topics, which may be made while the worker starts.</summary>
    /// <returns>Null where the worker is to stop.</returns>
    /// <exception cref="WorkerException">They are not there, or do not fit together.</exception>
    public WorkerTopics? AwaitTopics()
    {
        var giveUp = context.After(context.Options.FirstStartWait);
        var counts = new Dictionary<string, int>();
        WorkerTopics? topics = null;
        Insist(() =>
        {
            foreach (var name in WorkerTopics.NamesOf(context.Binding))
            {
                counts[name] = context.Log.CountPartitions(name);
                if (counts[name] == 0)
                {
                    return context.IsPast(giveUp) ? throw new WorkerException(FailureKind.Configuration, $"Topic {name} does not exist. Make the topics with 'streaming init'") : false;
                }
            }

            topics = WorkerTopics.Make(context.Binding, context.Options, counts);
            return true;
        });
        return topics;
    }

    /// <summary>Waits until every input partition has a committed offset. Offsets that are missing are never taken for a new group: only a
    /// declaration begins one.</summary>
    /// <returns>False where the worker is to stop.</returns>
    /// <exception cref="WorkerException">The first start was not declared in time.</exception>
    public bool AwaitFirstStart(WorkerTopics topics, IGroupConsumer consumer)
    {
        var all = topics.OfFilter.Inputs.SelectMany(topic => Enumerable.Range(0, topic.Partitions).Select(partition => new PartitionId(topic.Name, partition))).ToArray();
        var giveUp = context.After(context.Options.FirstStartWait);
        var group = context.Binding.Group;
        return Insist(() =>
        {
            var missing = Array.FindIndex(consumer.Committed(all), offset => offset < 0);
            if (missing < 0)
            {
                return true;
            }

            if (context.IsPast(giveUp))
            {
                throw new WorkerException(FailureKind.Configuration,
                    $"Group {group} has no committed offset for {all[missing]}, and its first start has not been declared. If it is new, declare it with 'streaming init'; " +
                    "if it has run before, its offsets were lost or have expired: set them where it shall go on");
            }

            if (context.Statistics.State != WorkerState.WaitingForFirstStart)
            {
                context.Statistics.State = WorkerState.WaitingForFirstStart;
                context.Logger.WaitsForFirstStart(context.Id, group, all[missing].ToString());
            }

            return false;
        });
    }

    /// <summary>Repeats what fails for a passing reason.</summary>
    /// <returns>False where the worker is to stop.</returns>
    public bool Insist(Func<bool> attempt)
    {
        while (!stopping())
        {
            context.Monitor.Beat();
            try
            {
                if (attempt())
                {
                    return true;
                }
            }
            catch (LogException e)
            {
                context.Report(e);
            }

            context.Surroundings.Pause(Patience);
        }

        return false;
    }
}

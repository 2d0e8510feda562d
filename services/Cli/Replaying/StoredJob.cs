using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Hosting;
using Streaming.Kafka;
using Streaming.Monitoring;

namespace Streaming.Cli.Replaying;

/// <summary>A replay as <c>pipeline.jobs</c> knows it.</summary>
/// <param name="Job">What it does.</param>
/// <param name="Started">Where its first step stands, and since when.</param>
/// <param name="Progress">How far it came.</param>
/// <param name="IsCompleted">Whether it is done.</param>
internal sealed record StoredJob(ReplayJob Job, RecordOrigin Started, ReplayProgress Progress, bool IsCompleted)
{
    /// <summary>Looks a job up.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    /// <exception cref="WorkerException">The topic cannot be read.</exception>
    public static async Task<StoredJob> FindAsync(KafkaOptions kafka, ISchemaRegistry registry, string id, CancellationToken cancellation)
    {
        var topic = new TopicNames(kafka.TopicPrefix).Of(Topics.PipelineJobs);
        StoredJob? found = null;
        await foreach (var record in new TopicRecords(kafka, registry, "streaming-jobs").ReadAsync<JobEvent>(topic, cancellation, awaitsOpen: true))
        {
            if (record.Value.JobId != id)
            {
                continue;
            }

            if (record.Value.State == JobState.Started && found is null)
            {
                var job = ReplayJob.Read(record.Value);
                found = new StoredJob(job, new RecordOrigin(record.AppendTime, topic, record.Partition, record.Offset), job.Start, IsCompleted: false);
            }
            else if (found is not null)
            {
                found = found with { Progress = ReplayProgress.Read(record.Value) ?? found.Progress, IsCompleted = found.IsCompleted || record.Value.State == JobState.Completed };
            }
        }

        return found ?? throw new CommandException($"--resume '{id}': {topic} holds no such job; 'streaming replay' names a job when it starts.", exitCode: ExitCodes.Configuration);
    }
}

namespace Streaming.Features.Assembly;

/// <summary>Knows readings of a bucket again, exactly (rule 8).</summary>
internal sealed unsafe class ReadingMemory(BucketStore buckets, PartitionScope scope, ReadingDecoder decoder)
{
    /// <summary>Whether a bucket has a reading of this identity.</summary>
    public bool IsRepeated(EntityRow* entity, Bucket* bucket, scoped in Reading reading)
    {
        if (reading.EventTime > bucket->LatestTime)
        {
            // Readings that come in order, as most do, need no search and no hashes.
            return false;
        }

        if (TryShorten(entity, bucket->Start, reading, out var identity))
        {
            return buckets.Identities.HasShort(bucket->Identities, identity);
        }

        if (bucket->Identities.Hashed < bucket->Identities.FullCount)
        {
            buckets.Touch(bucket, scope.Transaction);
            buckets.Identities.HashRest(ref bucket->Identities);
        }

        return bucket->Identities.FullCount > 0 && buckets.Identities.HasFull(bucket->Identities, decoder.Identity(reading));
    }

    /// <summary>Remembers a reading; entity and bucket are touched.</summary>
    public void Remember(EntityRow* entity, Bucket* bucket, scoped in Reading reading)
    {
        if (entity->DeviceLength == EntityRow.NotChosen && reading.HasSequence)
        {
            scope.Entities.SetDevice(entity, reading.Device, reading.HasDevice);
        }

        if (TryShorten(entity, bucket->Start, reading, out var identity))
        {
            buckets.Identities.AddShort(ref bucket->Identities, identity);
        }
        else
        {
            buckets.Identities.AddFull(ref bucket->Identities, decoder.Identity(reading));
        }
    }

    /// <summary>An identity in eight bytes, where the bucket's start and the entity's device say the rest of it.</summary>
    private bool TryShorten(EntityRow* entity, long start, scoped in Reading reading, out ulong identity)
    {
        identity = ((ulong)(reading.EventTime - start) << 32) | (uint)reading.Sequence;
        return reading.HasSequence
            && (ulong)reading.Sequence <= uint.MaxValue
            && entity->DeviceLength == (reading.HasDevice ? reading.Device.Length : EntityRow.Nameless)
            && scope.Entities.Device(entity).SequenceEqual(reading.Device);
    }
}

using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>A producer for brokers that forget the offsets of transactions: its consumer commits them once more after each commit.</summary>
internal sealed class OffsetRepeater(ITransactionalProducer inner) : ITransactionalProducer
{
    private IReadOnlyList<(PartitionId Partition, long Next)> _offsets = [];
    private ConfluentConsumer? _member;
    private bool _isCommitted;

    public bool HadTrouble => inner.HadTrouble;

    public void Initialize() => inner.Initialize();

    public void Begin()
    {
        _member = null;
        _isCommitted = false;
        inner.Begin();
    }

    public void Send(PartitionId partition, in Record record) => inner.Send(partition, record);

    public void SendOffsets(IReadOnlyList<(PartitionId Partition, long Next)> offsets, IGroupConsumer member)
    {
        inner.SendOffsets(offsets, member);
        _offsets = [.. offsets];
        _member = (ConfluentConsumer)member;
    }

    public void Commit()
    {
        if (!_isCommitted)
        {
            inner.Commit();
            _isCommitted = true; // a repeated call has only the offsets left to do
        }

        _member?.Commit(_offsets);
    }

    public void Abort() => inner.Abort();

    public void Dispose() => inner.Dispose();
}

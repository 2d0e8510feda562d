namespace Streaming.Gateway.Readings;

/// <summary>Bounds what all requests together hold in memory at once, from the first byte of a body until its answer.</summary>
/// <param name="limit">In bytes of bodies.</param>
internal sealed class BodyBudget(long limit)
{
    private long _taken;

    /// <summary>A request's share, empty at first.</summary>
    public Share Open() => new(this);

    /// <summary>What one request holds. Not for several threads at once.</summary>
    public sealed class Share : IDisposable
    {
        private readonly BodyBudget _budget;
        private long _held;

        internal Share(BodyBudget budget) => _budget = budget;

        /// <summary>Grows the share; false where there is no room, and then it stays as it was.</summary>
        public bool TryReach(long bytes)
        {
            var more = bytes - _held;
            if (more > 0 && Interlocked.Add(ref _budget._taken, more) > _budget.Limit)
            {
                Interlocked.Add(ref _budget._taken, -more);
                return false;
            }

            _held = Math.Max(_held, bytes);
            return true;
        }

        public void Dispose()
        {
            Interlocked.Add(ref _budget._taken, -_held);
            _held = 0;
        }
    }

    private long Limit { get; } = limit;
}

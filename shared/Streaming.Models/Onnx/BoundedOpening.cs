using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Streaming.Models.Onnx;

/// <summary>
/// Opens something that comes from outside and cannot be interrupted, on a thread of its own, and waits no longer than a bound. What comes later is
/// thrown away; until then the thread goes on in the background, which does not hold the process up.
/// </summary>
internal static class BoundedOpening
{
    /// <returns>Whether it was opened in time.</returns>
    /// <exception cref="Exception">Whatever the opening failed with.</exception>
    public static bool TryRun<T>(Func<T> open, TimeSpan most, [NotNullWhen(true)] out T? opened)
        where T : class, IDisposable
    {
        var attempt = new Attempt<T>(open);
        var thread = new Thread(attempt.Run) { IsBackground = true, Name = "opening a model" };
        thread.Start();
        var ended = thread.Join(most) || !attempt.Abandon();
        opened = ended ? attempt.Result(most) : null;
        return opened is not null;
    }

    private sealed class Attempt<T>(Func<T> open)
        where T : class, IDisposable
    {
        private const int Running = 0;
        private const int Done = 1;
        private const int Abandoned = 2;

        private readonly long _started = Stopwatch.GetTimestamp();
        private TimeSpan _taken;
        private int _state;
        private T? _opened;
        private ExceptionDispatchInfo? _failure;

        public void Run()
        {
            try
            {
                _opened = open();
            }
            catch (Exception failure)
            {
                _failure = ExceptionDispatchInfo.Capture(failure);
            }

            _taken = Stopwatch.GetElapsedTime(_started);
            if (Interlocked.CompareExchange(ref _state, Done, Running) == Abandoned)
            {
                _opened?.Dispose();
            }
        }

        /// <returns>Whether it was still running.</returns>
        public bool Abandon() => Interlocked.CompareExchange(ref _state, Abandoned, Running) == Running;

        /// <returns>Nothing where it took too long: one that waits late must not accept what one that waits on time refuses.</returns>
        public T? Result(TimeSpan most)
        {
            _failure?.Throw();
            if (_taken <= most)
            {
                return _opened;
            }

            _opened!.Dispose();
            return null;
        }
    }
}

using Spectre.Console;

namespace Streaming.Cli.Rendering;

/// <summary>A bar with the time that is left, on the error output of a terminal; nothing where nobody watches.</summary>
internal static class ProgressBar
{
    /// <summary>Shows how far work has come.</summary>
    /// <param name="whole">How much there is to do.</param>
    /// <param name="work">The work; told how to show what is done and what to call it.</param>
    public static Task<T> ShowAsync<T>(long whole, Func<Action<long, string>, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
        {
            return work((_, _) => { });
        }

        var screen = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return screen.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask("reading", maxValue: Math.Max(1, whole));
                var result = await work((done, words) => (bar.Value, bar.Description) = (done, words));
                bar.Value = bar.MaxValue;
                return result;
            });
    }
}

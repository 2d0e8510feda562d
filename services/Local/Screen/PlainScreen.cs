using System.Globalization;

namespace Streaming.Local.Screen;

/// <summary>Plain lines, for logs and pipes: one a moment, and only when something has changed.</summary>
internal sealed class PlainScreen(TextWriter output) : IScreen
{
    private string _last = "";

    public void Show(ChainView view)
    {
        var line = Format(view);
        if (line != _last)
        {
            _last = line;
            output.WriteLine($"{view.Elapsed.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture),4} s  {line}");
        }
    }

    public void Say(string line) => output.WriteLine(line);

    public void Dispose() => output.Flush();

    private static string Format(ChainView view)
    {
        var stages = string.Join("  ", view.Chain.Stages.Select(stage => $"{stage.Service} {stage.Written} (lag {stage.Lag})"));
        var accuracy = string.Join("  ", view.Accuracy.Select(entity => $"{entity.Entity} {Figures.Percent(entity.Percent)}"));
        return $"published {view.Chain.Published}  {stages}  kept {view.Kept.Predictions}  late {view.Chain.Late}  dead {view.Chain.DeadLetters}  {accuracy}";
    }
}

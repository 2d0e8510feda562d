using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Streaming.Contracts;

namespace Streaming.Local.Screen;

/// <summary>A table that is refreshed in place, for a terminal.</summary>
internal sealed class LiveScreen : IScreen
{
    private readonly IAnsiConsole _console;
    private int _drawn;

    public LiveScreen(IAnsiConsole console)
    {
        _console = console;
        _console.Cursor.Hide();
    }

    public void Show(ChainView view)
    {
        Back();
        var lines = Draw(view);
        foreach (var line in lines)
        {
            _console.Write(line);
        }

        _drawn = HeightOf(lines);
    }

    public void Say(string line)
    {
        _drawn = 0; // what was shown last stays above
        _console.MarkupLineInterpolated($"{line}");
    }

    public void Dispose() => _console.Cursor.Show();

    private void Back()
    {
        if (_drawn > 0)
        {
            _console.Write(new ControlCode($"\u001b[{_drawn.ToString(CultureInfo.InvariantCulture)}A\u001b[J"));
        }
    }

    private int HeightOf(IEnumerable<IRenderable> lines)
    {
        var options = RenderOptions.Create(_console, _console.Profile.Capabilities);
        return lines
            .SelectMany(line => line.Render(options, _console.Profile.Width))
            .Sum(segment => segment.IsLineBreak ? 1 : segment.Text.Count(character => character == '\n'));
    }

    private static IRenderable[] Draw(ChainView view)
    {
        var stages = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey)
            .AddColumn("stage")
            .AddColumn("state")
            .AddColumn("writes")
            .AddColumn(new TableColumn("records").RightAligned())
            .AddColumn(new TableColumn("rate").RightAligned())
            .AddColumn(new TableColumn("lag").RightAligned());
        stages.AddRow("devices", "", Topics.SensorRaw.Name, Figures.Count(view.Chain.Published), Figures.Rate(view.Chain.PublishedPerSecond), "");
        foreach (var stage in view.Chain.Stages)
        {
            stages.AddRow(
                Markup.Escape(stage.Service),
                Markup.Escape(view.StateOf(stage.Service)),
                Markup.Escape(stage.Output),
                Figures.Count(stage.Written),
                Figures.Rate(stage.WrittenPerSecond),
                stage.Lag > 0 ? $"[yellow]{Figures.Count(stage.Lag)}[/]" : "0");
        }

        var accuracy = string.Join("   ", view.Accuracy.Select(entity =>
            $"{Markup.Escape(entity.Entity)} [bold green]{Figures.Percent(entity.Percent)}[/] of {Figures.Count(entity.Answered)}"));
        var refused = view.Chain.DeadLetters > 0 ? $"[red]{Figures.Count(view.Chain.DeadLetters)} dead letters[/]" : "no dead letters";
        var last = view.Chain.LastRefusal is { } letter ? $" (last: {Markup.Escape(letter.Detail)})" : "";
        var hours = view.Played.TotalHours.ToString("F1", CultureInfo.InvariantCulture);
        var seconds = view.Elapsed.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
        return
        [
            stages,
            new Markup($"  kept     {Figures.Count(view.Kept.Vectors)} vectors, {Figures.Count(view.Kept.Predictions)} predictions, {Figures.Count(view.Kept.Labels)} labels\n"),
            new Markup($"  right    {(accuracy.Length == 0 ? "no truth is published" : accuracy)}\n"),
            new Markup($"  refused  {refused}{last}, {(view.Chain.Late == 0 ? "none" : Figures.Count(view.Chain.Late))} late\n"),
            new Markup($"  played   {hours} hours of data in {seconds} s{(view.Finished ? ", all of it" : "")}\n"),
        ];
    }
}

using Streaming.Testing;

namespace Streaming.Avro.Tests;

/// <summary>Questions for fastavro, asked all at once of one process.</summary>
internal sealed class Exchange
{
    private readonly List<string> _questions = [];

    /// <summary>Asks something; <c>exchange.py</c> says what can be asked.</summary>
    /// <returns>The question's number.</returns>
    public int Ask(string question)
    {
        _questions.Add(question);
        return _questions.Count - 1;
    }

    /// <summary>Gives the answer to each question.</summary>
    public async Task<string[]> AnswersAsync()
    {
        var python = await PythonEnvironment.CreateAsync("fastavro");
        var folder = Directory.CreateTempSubdirectory("streaming-avro-");
        try
        {
            var questions = Path.Combine(folder.FullName, "questions");
            var answers = Path.Combine(folder.FullName, "answers");
            await File.WriteAllLinesAsync(questions, _questions);
            await python.RunAsync(Path.Combine(AppContext.BaseDirectory, "Interop", "exchange.py"), TimeSpan.FromMinutes(3), questions, answers);
            var lines = await File.ReadAllLinesAsync(answers);
            Assert.Equal(_questions.Count, lines.Length);
            return lines;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

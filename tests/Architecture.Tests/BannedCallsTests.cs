using Streaming.Architecture.Tests.Rules;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests;

public sealed class BannedCallsTests
{
    [Fact]
    public void Product_code_makes_none() => House.Keeps(Checkout.ProductCode.SelectMany(BannedCalls.Check));

    [Theory]
    [InlineData("var now = DateTime.Now;")]
    [InlineData("var now = DateTime.UtcNow;")]
    [InlineData("var day = System.DateTime.Today;")]
    [InlineData("var now = DateTimeOffset.UtcNow.AddDays(1);")]
    [InlineData("Func<DateTimeOffset> clock = () => DateTimeOffset.Now;")]
    [InlineData("Thread.Sleep(1);")]
    [InlineData("System.Threading.Thread.Sleep(1);")]
    [InlineData("Environment.Exit(1);")]
    [InlineData("Console.WriteLine(1);")]
    [InlineData("Console.Error.Write(1);")]
    [InlineData("var answer = client.SendAsync(1).Result;")]
    [InlineData("var answer = (client.SendAsync(1)).Result;")]
    [InlineData("var sending = client.SendAsync(1); var answer = sending.Result;")]
    [InlineData("Task<int> sending = Send(); var answer = sending.Result;")]
    [InlineData("var answer = Task.Run(Send).Result;")]
    [InlineData("var answer = sendTask.Result;")]
    [InlineData("client.SendAsync(1).GetAwaiter().GetResult();")]
    [InlineData("anything.Wait();")]
    [InlineData("sendTask.Wait(100);")]
    [InlineData("client.SendAsync(1).Wait(stop);")]
    [InlineData("Task.WaitAll(all);")]
    [InlineData("async void Send() { }")]
    public void Refused(string statement) => Assert.Single(BannedCalls.Check(InMethod(statement)));

    [Theory]
    [InlineData("var now = time.GetUtcNow();")]
    [InlineData("DateTime now = record.Now;")]
    [InlineData("var epoch = DateTime.UnixEpoch;")]
    [InlineData("var result = row.Result;")]
    [InlineData("var result = new Row { Result = record.Result };")]
    [InlineData("var answer = await client.SendAsync(1);")]
    [InlineData("var answer = awaiter.GetResult();")]
    [InlineData("_stopped.Wait(span);")]
    [InlineData("await Task.WhenAll(all);")]
    [InlineData("async Task Send() { }")]
    [InlineData("void Send() { }")]
    [InlineData("var code = Environment.ExitCode;")]
    [InlineData("// DateTime.Now is banned")]
    [InlineData("var text = \"DateTime.Now\";")]
    public void Passed(string statement) => Assert.Empty(BannedCalls.Check(InMethod(statement)));

    [Fact]
    public void An_async_void_method_is_refused() => Assert.Single(BannedCalls.Check(SourceFile.Example("sealed class A { async void Send() { } }")));

    [Fact]
    public void A_parameter_of_a_task_is_known_for_one() =>
        Assert.Single(BannedCalls.Check(SourceFile.Example("sealed class A { int Read(ValueTask<int> sending) => sending.Result; }")));

    [Theory]
    [InlineData("services/Cli/Program.cs", "Console.WriteLine(1);", 0)]
    [InlineData("services/Local/Program.cs", "Console.WriteLine(1);", 0)]
    [InlineData("services/Gateway/Program.cs", "Console.WriteLine(1);", 1)]
    [InlineData("shared/Streaming.Hosting/ServiceProgram.cs", "Console.WriteLine(1);", 1)]
    [InlineData("shared/Streaming.Hosting/ServiceProgram.cs", "Console.Error.WriteLine(1);", 0)]
    [InlineData("shared/Streaming.Hosting/ServiceProgram.cs", "Console.Out.WriteLine(1);", 0)]
    [InlineData("shared/Streaming.Hosting/ServiceLog.cs", "Console.Error.WriteLine(1);", 1)]
    public void The_console_belongs_to_the_commands(string path, string statement, int breaches) =>
        Assert.Equal(breaches, BannedCalls.Check(SourceFile.Example(statement, path)).Count());

    [Fact]
    public void A_breach_names_its_line() =>
        Assert.Equal("shared/Streaming.Example/Example.cs:2", Assert.Single(BannedCalls.Check(SourceFile.Example("\nThread.Sleep(1);"))).ToString().Split(": ")[0]);

    private static SourceFile InMethod(string statement) => SourceFile.Example($"sealed class A {{ void M() {{ {statement}\n }} }}");
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests.Rules;

/// <summary>
/// Calls that product code does not make: clocks that no test can turn, waits that block a thread of the pool, ends and outputs that belong to
/// the host. Found by syntax alone, so a property that merely shares a name with <c>Task.Result</c> passes unless what it is read from looks like a task.
/// </summary>
public static class BannedCalls
{
    private static readonly string[] Clocks = ["Now", "UtcNow", "Today"];
    private static readonly string[] ConsoleUsers = ["services/Cli/", "services/Local/"];

    // How to log is configured, so it alone says what is wrong with the configuration, where an operator looks first, and gives the help asked for.
    private const string Frame = "shared/Streaming.Hosting/ServiceProgram.cs";

    /// <summary>Banned calls of a C# file.</summary>
    public static IEnumerable<Breach> Check(SourceFile file)
    {
        var tasks = TaskNames(file.Syntax);
        foreach (var node in file.Syntax.DescendantNodes())
        {
            var message = node switch
            {
                MemberAccessExpressionSyntax access => Access(file, access, tasks),
                MethodDeclarationSyntax method when IsAsyncVoid(method.Modifiers, method.ReturnType) => AsyncVoid(method.Identifier),
                LocalFunctionStatementSyntax function when IsAsyncVoid(function.Modifiers, function.ReturnType) => AsyncVoid(function.Identifier),
                _ => null,
            };
            if (message is not null)
            {
                yield return new(file.Path, SourceFile.LineOf(node), message);
            }
        }
    }

    private static string? Access(SourceFile file, MemberAccessExpressionSyntax access, HashSet<string> tasks)
    {
        var member = access.Name.Identifier.Text;
        var owner = LastName(access.Expression);
        return (owner, member) switch
        {
            ("DateTime" or "DateTimeOffset", _) when Clocks.Contains(member) => $"{owner}.{member} is a clock that no test can turn: take a TimeProvider.",
            ("Thread", "Sleep") => "Thread.Sleep blocks a thread and ignores a stop: await Task.Delay with a TimeProvider and a token, or wait on a handle.",
            ("Environment", "Exit") => "Environment.Exit ends the process from within: return an exit code (ExitCodes), or throw.",
            ("Console", "Out" or "Error" or "Write" or "WriteLine") when !MayUseConsole(file.Path, member) =>
                "The console belongs to the commands: log by ILogger.",
            ("Task", "WaitAll" or "WaitAny") => $"Task.{member} blocks a thread: await Task.{(member == "WaitAll" ? "WhenAll" : "WhenAny")}.",
            (_, "GetResult") when IsCallOf(access.Expression, "GetAwaiter") => "GetAwaiter().GetResult() blocks a thread: await.",
            (_, "Result") when LooksLikeTask(access.Expression, tasks) => "Result of a task blocks a thread: await.",
            (_, "Wait") when access.Parent is InvocationExpressionSyntax call && (call.ArgumentList.Arguments.Count == 0 || LooksLikeTask(access.Expression, tasks)) =>
                "Wait() blocks a thread, for ever: await, or wait on a handle with a timeout.",
            _ => null,
        };
    }

    private static bool MayUseConsole(string path, string member) =>
        ConsoleUsers.Any(user => path.StartsWith(user, StringComparison.Ordinal)) || (path == Frame && (member is "Error" or "Out"));

    // The names that this file declares with a task's type, or from a call that gives a task.
    private static HashSet<string> TaskNames(SyntaxNode root)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in root.DescendantNodes())
        {
            switch (node)
            {
                case VariableDeclarationSyntax variables:
                    names.UnionWith(variables.Variables
                        .Where(variable => IsTask(variables.Type) || (variables.Type.IsVar && variable.Initializer is { } first && GivesTask(first.Value)))
                        .Select(variable => variable.Identifier.Text));
                    break;
                case ParameterSyntax { Type: { } type } parameter when IsTask(type):
                    names.Add(parameter.Identifier.Text);
                    break;
                case PropertyDeclarationSyntax property when IsTask(property.Type):
                    names.Add(property.Identifier.Text);
                    break;
            }
        }

        return names;
    }

    private static bool LooksLikeTask(ExpressionSyntax expression, HashSet<string> tasks)
    {
        while (expression is ParenthesizedExpressionSyntax inner)
        {
            expression = inner.Expression;
        }

        return GivesTask(expression)
            || (LastName(expression) is { } name && (tasks.Contains(name) || name.EndsWith("task", StringComparison.OrdinalIgnoreCase)));
    }

    private static bool GivesTask(ExpressionSyntax expression) =>
        expression is InvocationExpressionSyntax call
        && (LastName(call.Expression) is { } name && (name.EndsWith("Async", StringComparison.Ordinal) || name == "AsTask")
            || call.Expression is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "Task" or "ValueTask" } });

    private static bool IsTask(TypeSyntax type) =>
        type switch
        {
            NullableTypeSyntax nullable => IsTask(nullable.ElementType),
            QualifiedNameSyntax qualified => IsTask(qualified.Right),
            SimpleNameSyntax simple => simple.Identifier.Text is "Task" or "ValueTask",
            _ => false,
        };

    private static bool IsCallOf(ExpressionSyntax expression, string method) =>
        expression is InvocationExpressionSyntax call && LastName(call.Expression) == method;

    private static string? LastName(ExpressionSyntax expression) =>
        expression switch
        {
            MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
            MemberBindingExpressionSyntax binding => binding.Name.Identifier.Text,
            SimpleNameSyntax name => name.Identifier.Text,
            _ => null,
        };

    private static bool IsAsyncVoid(SyntaxTokenList modifiers, TypeSyntax returns) =>
        modifiers.Any(SyntaxKind.AsyncKeyword) && returns is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };

    private static string AsyncVoid(SyntaxToken name) => $"'{name.Text}' is async void: its failure ends the process. Return a Task.";
}

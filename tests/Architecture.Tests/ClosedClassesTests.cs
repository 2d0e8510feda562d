using Streaming.Architecture.Tests.Rules;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests;

public sealed class ClosedClassesTests
{
    [Fact]
    public void Product_code_leaves_none_open() => House.Keeps(ClosedClasses.Check(Checkout.ProductCode));

    [Theory]
    [InlineData("public class A { }")]
    [InlineData("public record A(int B);")]
    [InlineData("public record class A(int B);")]
    [InlineData("public sealed class Outer { private class A { } }")]
    [InlineData("public partial class A { }")]
    [InlineData("namespace N; class A<T> { } sealed class A { }")]
    public void Open(string code) => Assert.Contains("'A' is open", Assert.Single(ClosedClasses.Check([SourceFile.Example(code)])).Message);

    [Theory]
    [InlineData("public sealed class A { }")]
    [InlineData("public abstract class A { }")]
    [InlineData("public static class A { }")]
    [InlineData("public sealed record A(int B);")]
    [InlineData("public readonly record struct A(int B);")]
    [InlineData("public struct A { }")]
    [InlineData("public interface A { }")]
    [InlineData("public enum A { }")]
    public void Closed(string code) => Assert.Empty(ClosedClasses.Check([SourceFile.Example(code)]));

    [Fact]
    public void One_part_of_a_class_closes_it() =>
        Assert.Empty(ClosedClasses.Check([SourceFile.Example("namespace N; public sealed partial class A { }"), SourceFile.Example("namespace N { partial class A { } }", "shared/Streaming.Example/B.cs")]));

    [Fact]
    public void A_class_of_the_same_name_elsewhere_does_not() =>
        Assert.Single(ClosedClasses.Check([SourceFile.Example("namespace N; public sealed class A { }"), SourceFile.Example("namespace M; class A { }")]));
}

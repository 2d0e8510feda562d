extern alias generator;

using generator::Streaming.Avro.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Streaming.Avro.Tests;

/// <summary>What the generator refuses, and where it says so.</summary>
public sealed class GeneratorTests
{
    [Theory]
    [InlineData("{\n  \"type\": \"record\", \"name\": \"R\",\n  \"fields\": [{ \"name\": \"a\", \"type\": \"nope\" }]\n}", 3, 37, "type 'nope' is not defined")]
    [InlineData("{", 1, 2, "a member of a JSON object begins with its name in quotes")]
    [InlineData("\"int\"", 1, 1, "a schema of its own must be a record, an enum or a union of records")]
    [InlineData("[\"int\"]", 1, 1, "a union that is a schema of its own must consist of records")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","type":["int","string"]}]}""", 1, 1,
        "field 'a': within a record, only unions of null and one other type are generated")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"map","values":{"type":"fixed","name":"F","size":1}}}]}""", 1, 1,
        "field 'a': fixed is not generated; use bytes")]
    public void A_bad_schema_is_a_compile_error_at_its_place(string text, int line, int column, string rule)
    {
        var fault = Assert.Single(Run(text, view: false).Diagnostics);

        Assert.Equal(DiagnosticSeverity.Error, fault.Severity);
        Assert.Equal(rule, fault.GetMessage(null));
        var place = fault.Location.GetLineSpan();
        Assert.Equal(("schemas/r.avsc", line, column), (place.Path, place.StartLinePosition.Line + 1, place.StartLinePosition.Character + 1));
    }

    [Fact]
    public void A_view_of_what_views_cannot_show_is_refused()
    {
        const string Text = """{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":"string"}}]}""";

        Assert.Empty(Run(Text, view: false).Diagnostics);
        Assert.StartsWith("field 'a': a view has", Assert.Single(Run(Text, view: true).Diagnostics).GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_can_be_generated_compiles()
    {
        const string Text = """
            {"type":"record","name":"R","namespace":"n","fields":[
              {"name":"a_boolean","type":"boolean","default":true},{"name":"a_float","type":"float","default":1.5},{"name":"text","type":"string","default":"a\"b"},
              {"name":"some_bytes","type":"bytes"},{"name":"class","type":["string","null"],"default":"x"},{"name":"value","type":["null","boolean"],"default":null},
              {"name":"flags","type":{"type":"array","items":"boolean"},"default":[]},{"name":"names","type":{"type":"array","items":{"type":"array","items":"string"}}},
              {"name":"nested","type":{"type":"map","values":{"type":"map","values":["null","long"]}}},
              {"name":"part","type":["null",{"type":"record","name":"Part","fields":[{"name":"kind","type":{"type":"enum","name":"Kind","symbols":["one_thing","another"]}}]}]},
              {"name":"parts","type":{"type":"array","items":"Part"}}]}
            """;
        var result = Run(Text, view: false);

        Assert.Empty(result.Diagnostics);
        Assert.Equal(["Kind.g.cs", "Part.g.cs", "R.g.cs"], result.GeneratedTrees.Select(tree => Path.GetFileName(tree.FilePath)).Order(StringComparer.Ordinal));
        var compilation = Compilation().AddSyntaxTrees(result.GeneratedTrees);
        Assert.Empty(compilation.GetDiagnostics().Where(each => each.Severity >= DiagnosticSeverity.Warning));
    }

    private static GeneratorDriverRunResult Run(string text, bool view) => CSharpGeneratorDriver
        .Create([new AvroGenerator().AsSourceGenerator()], [new SchemaText(text)], (CSharpParseOptions)Compilation().SyntaxTrees[0].Options, new Options(view))
        .RunGenerators(Compilation())
        .GetRunResult();

    private static CSharpCompilation Compilation()
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || path.EndsWith("Streaming.Avro.dll", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        return CSharpCompilation.Create(
            "made", [CSharpSyntaxTree.ParseText("", new CSharpParseOptions(LanguageVersion.Preview))], references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }

    private sealed class SchemaText(string text) : AdditionalText
    {
        public override string Path => "schemas/r.avsc";

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }

    private sealed class Options(bool view) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(new() { ["build_property.RootNamespace"] = "Made" });

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) =>
            new Values(new() { ["build_metadata.AdditionalFiles.View"] = view ? "true" : "" });
    }

    private sealed class Values(Dictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}

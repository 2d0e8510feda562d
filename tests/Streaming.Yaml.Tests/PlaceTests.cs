namespace Streaming.Yaml.Tests;

public sealed class PlaceTests
{
    [Theory]
    [InlineData("x: a + bad * 2", 1, 8)]
    [InlineData("x: 'a + bad * 2'", 1, 9)]
    [InlineData("x: \"a + bad * 2\"", 1, 9)]
    [InlineData("x: 'it''s + bad'", 1, 13)]
    [InlineData("x: a +\n    bad * 2", 2, 5)]
    [InlineData("y: 1\nx: >\n  a +\n  b +\n  bad * 2\n", 5, 3)]
    [InlineData("x: |  # a remark\n  a +\n\n   bad\n", 4, 4)]
    [InlineData("x: >-\n  a + bad", 2, 7)]
    [InlineData("x: \"a \\t bad\"", 1, 4)]
    [InlineData("# ü\n{ y: ü, x: ü + bad }", 2, 16)]
    public void A_letter_of_a_text_is_found_however_it_is_written(string file, int line, int column)
    {
        var problems = new YamlProblems("f.yaml");
        var root = YamlFile.Parse(file, problems);
        Assert.Empty(problems.Items);
        var scalar = Assert.IsType<YamlScalar>(root!.Find("x"));
        Assert.Equal((line, column), scalar.PlaceOf(scalar.Text.IndexOf("bad", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("x: a +", 1, 7)]
    [InlineData("x: 'a + '", 1, 8)]
    [InlineData("x: >\n  a +\n  b\ny: 1", 3, 4)]
    public void The_place_behind_a_text_is_behind_its_last_letter(string file, int line, int column)
    {
        var root = YamlFile.Parse(file, new YamlProblems("f.yaml"));
        var scalar = Assert.IsType<YamlScalar>(root!.Find("x"));
        Assert.Equal((line, column), scalar.PlaceOf(scalar.Text.Length));
    }
}

namespace Streaming.Yaml.Tests;

public sealed class YamlFileTests
{
    private const int Seed = 20260131;

    [Fact]
    public void Fields_are_read_as_what_they_must_be()
    {
        var (root, problems) = Read("""
            name: a
            count: 3
            share: 2.5e-1
            on: true
            word: second
            inner: { x: 1 }
            list: [a, "b"]
            parts:
              - { x: 1 }
              - x: 2
            nothing: ~
            quoted: "null"
            """);

        Assert.Equal("a", root.Text("name"));
        Assert.Equal(3, root.Integer("count", 1, 3));
        Assert.Equal(0.25, root.OptionalNumber("share"));
        Assert.True(root.OptionalTruth("on"));
        Assert.Equal(2, root.Choice("word", ("first", 1), ("second", 2)));
        Assert.Equal(1, root.Mapping("inner")!.Integer("x"));
        Assert.Equal(["a", "b"], root.OptionalTexts("list"));
        Assert.Equal([1, 2], root.OptionalMappings("parts").Select(part => part.Integer("x")));
        Assert.Null(root.OptionalText("nothing"));
        Assert.Equal("null", root.OptionalText("quoted"));
        Assert.Null(root.OptionalText("absent"));
        Assert.Equal(1, root.OptionalChoice("absent", ("first", 1), ("second", 2)));
        root.RefuseUnknown();
        Assert.True(problems.IsEmpty, string.Join("\n", problems.Items));
    }

    [Fact]
    public void Every_problem_is_kept_with_its_place()
    {
        var (root, problems) = Read("name: [a]\ncount: 4\nshare: .inf\non: yes\nword: third\ninner: 1\nlist: x\nextra: 1\n");

        root.Text("name");
        root.Integer("count", 1, 3);
        root.OptionalNumber("share");
        root.OptionalTruth("on");
        root.Choice("word", ("first", 1), ("second", 2));
        root.Mapping("inner");
        root.OptionalItems("list");
        root.Text("absent");
        root.RefuseUnknown();

        Assert.Equal(
            [
                "file.yaml(1,7): 'name' is a list; it must be a text",
                "file.yaml(2,8): 'count' is '4'; it must be a whole number from 1 to 3",
                "file.yaml(3,8): 'share' is '.inf'; it must be a number",
                "file.yaml(4,5): 'on' is 'yes'; it must be true or false",
                "file.yaml(5,7): 'word' is 'third'; it must be one of first, second.",
                "file.yaml(6,8): 'inner' is '1'; it must be a mapping",
                "file.yaml(7,7): 'list' is 'x'; it must be a list",
                "file.yaml(1,1): 'absent' is missing",
                "file.yaml(8,1): unknown field 'extra'; the fields here are absent, count, inner, list, name, on, share, word.",
            ],
            problems.Items.Select(problem => problem.ToString()));
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("# nothing\n", "the file is empty")]
    [InlineData("- a\n", "the file holds a list")]
    [InlineData("a\n", "the file holds a value")]
    [InlineData("a: 1\n---\nb: 2\n", "a second document begins here")]
    [InlineData("a: 1\na: 2\n", "'a' stands twice")]
    [InlineData("? [a]\n: 1\n", "a name is a list")]
    [InlineData("a: &x 1\n", "anchors, aliases and tags are not allowed")]
    [InlineData("a: *x\n", "not YAML")]
    [InlineData("a: !!int 1\n", "anchors, aliases and tags are not allowed")]
    [InlineData("a: [\n", "not YAML")]
    [InlineData("a: \"\n", "not YAML")]
    public void What_is_no_single_plain_mapping_is_refused(string text, string problem)
    {
        var problems = new YamlProblems("file.yaml");
        YamlFile.Parse(text, problems);

        Assert.Contains(problems.Items, found => found.Message.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var problems = new YamlProblems("file.yaml");

        Assert.Null(YamlFile.Parse("a: " + new string('[', 200) + new string(']', 200), problems));

        Assert.Contains("deeper than 32 levels", Assert.Single(problems.Items).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_makes_it_throw()
    {
        const string Seeds = "name: a\nlist: [a, {b: \"c\"}]\nmap:\n  - x: 'y'\n    z: |\n      text\n  - ? k\n    : v\n# note\n&a *b !c %d @e `f`\t\r---\n...\n";
        var random = new Random(Seed);
        var read = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var text = Seeds.ToList();
            for (var changes = random.Next(1, 30); changes > 0; changes--)
            {
                var at = random.Next(text.Count);
                if (random.Next(2) == 0)
                {
                    text.RemoveAt(at);
                }
                else
                {
                    text.Insert(at, Seeds[random.Next(Seeds.Length)]);
                }
            }

            text.RemoveRange(0, random.Next(text.Count));
            var problems = new YamlProblems("file.yaml");
            var root = YamlFile.Parse(new string([.. text]), problems);
            Assert.True(root is not null || !problems.IsEmpty);
            read += root is not null ? 1 : 0;
        }

        Assert.InRange(read, 10, 19_990);
    }

    private static (YamlMapping Root, YamlProblems Problems) Read(string text)
    {
        var problems = new YamlProblems("file.yaml");
        var root = YamlFile.Parse(text, problems);
        Assert.True(root is not null, string.Join("\n", problems.Items));
        return (root, problems);
    }
}

using System.Text.RegularExpressions;
using Streaming.Testing;

namespace Streaming.Deployment.Tests;

/// <summary>The Dockerfile as far as it can be checked where no containers run; what it publishes is published here.</summary>
public sealed partial class DockerfileTests
{
    private const string Publish = "dotnet publish ";
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan RunTimeout = TimeSpan.FromSeconds(60);
    private static readonly Dockerfile Images = Dockerfile.Read();
    private static readonly DockerStage[] Published = [.. Images.Stages.Where(stage => stage.Lines.Any(line => line.Text.StartsWith(Publish, StringComparison.Ordinal)))];

    public static TheoryData<string> Publishes => [.. Published.Select(stage => stage.Name)];

    private static IEnumerable<DockerStage> Results => Images.Stages.Where(stage => stage.Lines.Any(line => line.Word == "ENTRYPOINT"));

    [Fact]
    public void Every_image_that_it_begins_with_is_pinned() => Assert.All(Images.Stages, stage =>
        Assert.True(Images.Stages.Any(other => other.Name == stage.From) || Pinned().IsMatch(stage.From), $"{stage.From} has no exact version"));

    [Fact]
    public void The_runtime_is_that_of_the_packages_and_the_sdk_one_that_the_checkout_takes()
    {
        var packages = File.ReadAllText(Repository.PathOf("Directory.Packages.props"));
        var runtime = Images.Stage("runtime").From.Split(':')[1];
        Assert.Contains($"Include=\"Microsoft.Extensions.Logging.Abstractions\" Version=\"{runtime}\"", packages, StringComparison.Ordinal);
        Assert.StartsWith("10.0.", Images.Stage("source").From.Split(':')[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_runs_as_root() => Assert.All(Results, stage =>
    {
        var user = Images.AllLines(stage).Last(line => line.Word == "USER").Text;
        Assert.Matches("^[1-9][0-9]*$", user);
        Assert.DoesNotContain(stage.Lines, line => line.Word is "USER" or "RUN");
    });

    [Fact]
    public void Every_file_that_is_copied_exists_and_is_sent_to_the_builder()
    {
        var ignored = File.ReadAllLines(Repository.PathOf(".dockerignore")).Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.TrimEnd('/')).ToArray();
        foreach (var (stage, line) in Images.Stages.SelectMany(stage => stage.Lines.Where(line => line.Word == "COPY").Select(line => (stage, line.Text))))
        {
            var words = line.Split(' ').ToList();
            if (words.Find(word => word.StartsWith("--from=", StringComparison.Ordinal)) is { } from)
            {
                Assert.Contains(Images.Stages, other => other.Name == from["--from=".Length..]);
                continue;
            }

            foreach (var source in words.Where(word => !word.StartsWith("--", StringComparison.Ordinal)).SkipLast(1))
            {
                Assert.True(Path.Exists(Repository.PathOf(source.Split('/'))), $"{stage.Name} copies {source}, which does not exist");
                Assert.DoesNotContain(ignored, pattern => source == pattern || source.StartsWith(pattern + "/", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void What_a_project_needs_from_the_checkout_is_copied()
    {
        // A project that reads a file of another folder would not build in the image.
        var copied = Images.Stage("source").Lines.Where(line => line.Word == "COPY").SelectMany(line => line.Text.Split(' ').SkipLast(1)).ToArray();
        foreach (var project in Directory.EnumerateFiles(Repository.PathOf("shared"), "*.csproj", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(Repository.PathOf("services"), "*.csproj", SearchOption.AllDirectories)))
        {
            foreach (var outside in Outside().Matches(File.ReadAllText(project)).Select(match => match.Groups[1].Value))
            {
                var path = Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, outside.Split('*')[0]))).Replace('\\', '/');
                Assert.True(copied.Any(source => path == source || path.StartsWith(source + "/", StringComparison.Ordinal)), $"{Path.GetFileName(project)} needs {path}, which is not copied");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Publishes))]
    public async Task Every_publish_works_and_what_it_makes_starts(string stage)
    {
        var line = Images.Stage(stage).Lines.Single(line => line.Text.StartsWith(Publish, StringComparison.Ordinal)).Text;
        var result = Results.Single(result => result.Lines.Any(copy => copy.Text == $"--from={stage} /publish ."));
        var entry = result.Lines.Single(one => one.Word == "ENTRYPOINT").Text;
        var folder = Directory.CreateTempSubdirectory("streaming-publish-");
        try
        {
            await using var publish = await ChildProcess.RunAsync(
                "dotnet", line["dotnet ".Length..].Replace("/publish", folder.FullName, StringComparison.Ordinal).Split(' '), PublishTimeout, folder: Repository.Root);
            Assert.True(publish.ExitCode == 0, publish.Output);

            Assert.StartsWith("[\"dotnet\", \"", entry, StringComparison.Ordinal);
            await using var help = await ChildProcess.RunAsync("dotnet", [Path.Combine(folder.FullName, entry.Split('"')[3]), "--help"], RunTimeout);
            Assert.True(help.ExitCode == 0, help.Output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_health_check_is_good_where_the_answer_is_and_only_there()
    {
        Assert.Equal(0, await HealthAsync("HTTP/1.1 200 OK"));
        Assert.NotEqual(0, await HealthAsync("HTTP/1.1 503 Service Unavailable"));
        await using var nobody = await ChildProcess.RunAsync("bash", [Repository.PathOf("deploy", "containers", "health.sh"), $"{Streaming.Testing.Ports.Take()}"], RunTimeout);
        Assert.NotEqual(0, nobody.ExitCode);
    }

    private static async Task<int> HealthAsync(string status)
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        var answering = AnswerAsync(listener, status);
        await using var health = await ChildProcess.RunAsync("bash", [Repository.PathOf("deploy", "containers", "health.sh"), $"{port}"], RunTimeout);
        Assert.StartsWith("GET /health/live HTTP/1.1", await answering, StringComparison.Ordinal);
        return health.ExitCode;
    }

    private static async Task<string> AnswerAsync(System.Net.Sockets.TcpListener listener, string status)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var request = new byte[1000];
        var length = await client.GetStream().ReadAsync(request);
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{status}\r\nConnection: close\r\n\r\n"));
        return System.Text.Encoding.ASCII.GetString(request, 0, length);
    }

    [GeneratedRegex(@":\d+\.\d+\.\d+$")]
    private static partial Regex Pinned();

    [GeneratedRegex("(?:Include|Project)=\"((?:\\.\\./)+[^\"]+)\"")]
    private static partial Regex Outside();
}

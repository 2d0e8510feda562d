using Streaming.Features.Definitions;

namespace Streaming.Driver.Examples;

/// <summary>What became of an example.</summary>
/// <param name="Example">The example.</param>
/// <param name="Faults">Where it is not as expected; empty where it is.</param>
public sealed record ExampleResult(Example Example, IReadOnlyList<ExampleFault> Faults)
{
    /// <summary>Whether all is as expected.</summary>
    public bool Passed => Faults.Count == 0;
}

/// <summary>Something that is not as an example expects it.</summary>
/// <param name="Line">Where the expectation stands in its file, from 1.</param>
/// <param name="Column">Where the expectation stands in its line, from 1.</param>
/// <param name="Message">What it is about: the vector, the late reading, the refused record, and whether it is there.</param>
/// <param name="Differences">Of one that is there, what is different in it.</param>
public sealed record ExampleFault(int Line, int Column, string Message, IReadOnlyList<ExampleDifference> Differences);

/// <summary>A value that is not as expected, as people read it.</summary>
/// <param name="What">The feature or field.</param>
/// <param name="Expected">What the example says.</param>
/// <param name="Found">What there is.</param>
public sealed record ExampleDifference(string What, string Expected, string Found);

/// <summary>Runs examples, each on a chain of its own in memory.</summary>
public static class ExampleRun
{
    /// <summary>Runs every example of a file.</summary>
    /// <param name="file">The examples.</param>
    /// <param name="set">The feature set.</param>
    public static IReadOnlyList<ExampleResult> All(ExampleFile file, FeatureSetDefinition set)
    {
        ArgumentNullException.ThrowIfNull(file);
        return [.. file.Examples.Select(example => One(example, set, file.Tolerance))];
    }

    /// <summary>Runs an example.</summary>
    /// <param name="example">The example.</param>
    /// <param name="set">The feature set.</param>
    /// <param name="tolerance">How far a number may be from what is expected, as a share of it, and of 1 where it is smaller.</param>
    public static ExampleResult One(Example example, FeatureSetDefinition set, double tolerance = ExampleFile.DefaultTolerance)
    {
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(set);
        using var driver = new PipelineDriver(new PipelineDriverOptions { FeatureSets = [set], Start = DateTimeOffset.FromUnixTimeMilliseconds(example.Start) });
        var check = new ExampleCheck(set, example, tolerance);
        foreach (var step in example.Steps)
        {
            driver.AdvanceTo(DateTimeOffset.FromUnixTimeMilliseconds(step.At));
            if (step.Reading is not null)
            {
                driver.Send(step.Reading);
            }

            if (step.Attributes is not null)
            {
                driver.Send(step.Attributes);
            }

            check.Take(driver);
            check.Look(step);
        }

        return new ExampleResult(example, check.End());
    }
}

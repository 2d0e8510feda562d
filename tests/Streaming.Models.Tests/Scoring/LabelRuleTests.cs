using Streaming.Models.Scoring;
using Streaming.Models.Tests.Support;

namespace Streaming.Models.Tests.Scoring;

public sealed class LabelRuleTests
{
    private const string Three = "labels: [a, b, c]";

    [Theory]
    // With a threshold: at or above it the positive label.
    [InlineData(PackageFolder.DefaultLabels, new[] { 0.5, 0.5 }, 1)]
    [InlineData(PackageFolder.DefaultLabels, new[] { 0.51, 0.49 }, 0)]
    [InlineData(PackageFolder.DefaultLabels, new[] { 0.5 }, 1)]
    [InlineData(PackageFolder.DefaultLabels, new[] { 0.49 }, 0)]
    [InlineData("labels: [a, b]\npositiveLabel: a\nthreshold: 0.2", new[] { 0.2, 0.8 }, 0)]
    [InlineData("labels: [a, b]\npositiveLabel: a\nthreshold: 0.9", new[] { 0.89, 0.11 }, 1)]
    [InlineData("labels: [a, b]\npositiveLabel: a", new[] { 0.5 }, 0)]
    [InlineData("labels: [a, b]\npositiveLabel: a", new[] { 0.4 }, 1)]
    [InlineData(Three + "\npositiveLabel: b\nthreshold: 0.3", new[] { 0.6, 0.3, 0.1 }, 1)]
    [InlineData(Three + "\npositiveLabel: b\nthreshold: 0.9", new[] { 0.1, 0.8, 0.1 }, 0)]
    [InlineData(Three + "\npositiveLabel: b\nthreshold: 0.9", new[] { 0.1, 0.7, 0.2 }, 2)]
    // Without one: the greatest, of equal ones the first.
    [InlineData(Three, new[] { 0.1, 0.2, 0.7 }, 2)]
    [InlineData(Three, new[] { 0.4, 0.4, 0.2 }, 0)]
    public void Rule_21_the_label_is_the_rules(string labels, double[] scores, int label)
    {
        using var folder = new PackageFolder(OnnxModel.Logistic([1]).Build(), 1, labels: labels);

        Assert.Equal(label, new LabelRule(folder.Load().Manifest).LabelOf(scores));
    }

    [Fact]
    public void A_model_without_labels_gives_none()
    {
        using var folder = new PackageFolder(OnnxModel.Logistic([1]).Build(), 1, kind: "regressor", labels: "");

        Assert.Equal(-1, new LabelRule(folder.Load().Manifest).LabelOf([3.5]));
    }
}

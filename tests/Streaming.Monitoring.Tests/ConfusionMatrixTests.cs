namespace Streaming.Monitoring.Tests;

public sealed class ConfusionMatrixTests
{
    /// <summary>Seven of three classes; the ratios are worked out by hand.</summary>
    private static ConfusionMatrix ThreeClasses()
    {
        var matrix = new ConfusionMatrix();
        matrix.Add("cat", "cat", 2);
        matrix.Add("cat", "dog");
        matrix.Add("dog", "dog");
        matrix.Add("dog", "cat");
        matrix.Add("eel", "eel", 2);
        return matrix;
    }

    [Fact]
    public void Ratios_of_three_classes_are_those_worked_out_by_hand()
    {
        var matrix = ThreeClasses();

        Assert.Equal(["cat", "dog", "eel"], matrix.Classes);
        Assert.Equal(7, matrix.Total);
        Assert.Equal(5, matrix.Correct);
        Assert.Equal(5.0 / 7, matrix.Accuracy);
        Assert.Equal(2.0 / 3, matrix.Precision("cat"));
        Assert.Equal(1.0 / 2, matrix.Precision("dog"));
        Assert.Equal(1.0, matrix.Precision("eel"));
        Assert.Equal(2.0 / 3, matrix.Recall("cat"));
        Assert.Equal(1.0 / 2, matrix.Recall("dog"));
        Assert.Equal(1.0, matrix.Recall("eel"));
        Assert.Equal(4.0 / 6, matrix.F1("cat"));
        Assert.Equal(2.0 / 4, matrix.F1("dog"));
        Assert.Equal((2.0 / 3 + 1.0 / 2 + 1) / 3, matrix.MacroPrecision!.Value, 15);
        Assert.Equal((2.0 / 3 + 1.0 / 2 + 1) / 3, matrix.MacroRecall!.Value, 15);
        Assert.Equal((4.0 / 6 + 2.0 / 4 + 1) / 3, matrix.MacroF1!.Value, 15);
    }

    [Fact]
    public void A_ratio_without_a_denominator_is_null()
    {
        var empty = new ConfusionMatrix();
        Assert.Null(empty.Accuracy);
        Assert.Null(empty.MacroPrecision);
        Assert.Null(empty.MacroRecall);
        Assert.Null(empty.MacroF1);
        Assert.Null(empty.Precision("cat"));

        var matrix = new ConfusionMatrix();
        matrix.Add("cat", "dog");
        Assert.Null(matrix.Precision("cat"));
        Assert.Equal(0, matrix.Precision("dog"));
        Assert.Equal(0, matrix.Recall("cat"));
        Assert.Null(matrix.Recall("dog"));
        Assert.Equal(0, matrix.F1("cat"));
        Assert.Equal(0, matrix.MacroPrecision);
    }

    [Fact]
    public void A_matrix_added_to_itself_or_another_counts_all_of_both()
    {
        var matrix = ThreeClasses();
        matrix.Add(ThreeClasses());
        Assert.Equal(14, matrix.Total);
        Assert.Equal(4, matrix.Count("cat", "cat"));

        matrix.Add(matrix);
        Assert.Equal(28, matrix.Total);
        Assert.Equal(20, matrix.Correct);
        Assert.Equal(5.0 / 7, matrix.Accuracy);
    }

    [Fact]
    public void None_is_no_class_and_fewer_than_none_are_refused()
    {
        var matrix = new ConfusionMatrix();
        matrix.Add("cat", "dog", 0);
        Assert.Empty(matrix.Classes);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Add("cat", "cat", -1));
    }

    [Fact]
    public void Buckets_without_truth_or_without_a_predicted_label_are_left_out()
    {
        var origin = new RecordOrigin(1, "predictions", 0, 0);
        var truth = new LabelledTime(5, null, "cat", origin);

        var matrix = ConfusionMatrix.Of(
        [
            new JudgedBucket(new BucketPrediction(0, 10, 0, "cat", origin), truth),
            new JudgedBucket(new BucketPrediction(10, 20, 0, "cat", origin), null),
            new JudgedBucket(new BucketPrediction(20, 30, 0, null, origin), truth),
        ]);

        Assert.Equal(1, matrix.Total);
        Assert.Equal(1, matrix.Count("cat", "cat"));
    }
}

using Streaming.Models.Packages;
using Streaming.Models.Tests.Support;
using static Streaming.Models.Tests.Support.Protobuf;

namespace Streaming.Models.Tests.Packages;

public sealed class OutsideFileTests
{
    [Fact]
    public void A_model_with_its_weights_in_another_file_is_refused_without_a_look_at_that_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Opened files are watched through inotify, which Linux alone has.");
        using var folder = new PackageFolder(OnnxModel.Logistic([1, 2]).Build(), 2);
        var outside = Path.Combine(folder.Parent, "weights.bin");
        File.WriteAllBytes(outside, new byte[32]);
        var location = Message(Field(1, "location"), Field(2, "../weights.bin"));
        var onnx = new OnnxModel()
            .Input("features", OnnxModel.Double, OnnxModel.AnyRows, 2)
            .Output("probabilities", OnnxModel.Double, OnnxModel.AnyRows, 2)
            .Graph(5, OnnxModel.Tensor("weights", OnnxModel.Double, [2, 2], Field(13, location), Field(14, 1L)))
            .Node("MatMul", ["features", "weights"], ["probabilities"])
            .Build();
        folder.With(ModelPackage.OnnxFile, onnx);
        using var opened = new OpenedFiles(folder.Parent);

        var fault = Assert.Throws<ModelPackageException>(() => folder.Load());

        Assert.Contains("model.onnx: tensor 'weights' lies in another file; export the model with its data inside", fault.Problems);
        Assert.False(opened.Contains("weights.bin"));

        // The watch does see it when it is opened.
        File.ReadAllBytes(outside);
        Assert.True(opened.Contains("weights.bin"));
    }
}

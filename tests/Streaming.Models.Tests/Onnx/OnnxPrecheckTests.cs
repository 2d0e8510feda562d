using System.Diagnostics;
using Streaming.Models.Onnx;
using Streaming.Models.Packages;
using Streaming.Models.Tests.Support;
using Streaming.Testing;
using static Streaming.Models.Tests.Support.Protobuf;

namespace Streaming.Models.Tests.Onnx;

public sealed class OnnxPrecheckTests
{
    private const int Seed = 20260131;
    private static readonly TimeSpan Lingering = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void Good_models_pass()
    {
        Assert.Empty(Check(OnnxModel.Logistic([1, 2])));
        Assert.Empty(Check(OnnxModel.Logistic([1, 2], OnnxModel.Float)));
        Assert.Empty(OnnxPrecheck.Check(File.ReadAllBytes(SampleModel), ModelLimits.Default));

        // Empty constants are usual: operators mark inputs that they do without with them.
        Assert.Empty(Check(Good().Constant("none", OnnxModel.Float, [0], [])));
        Assert.Empty(Check(Good().Graph(5, OnnxModel.Tensor("packed", OnnxModel.Int64, [], Field(1, [3]), Field(7, [1, 2, 3])))));
    }

    [Fact]
    public void Every_cut_of_a_model_is_refused()
    {
        var model = OnnxModel.Logistic([1, 2]).Build();

        // A model is whole without what follows its graph; no cut inside it is.
        var graphEnd = model.Length - Message(Field(8, Message(Field(1, ""), Field(2, 15L)))).Length;
        for (var length = 0; length < graphEnd; length++)
        {
            Assert.NotEmpty(OnnxPrecheck.Check(model.AsSpan(0, length), ModelLimits.Default));
        }
    }

    [Fact]
    public void Weights_in_another_file_are_refused()
    {
        var place = Message(Field(1, "location"), Field(2, "/etc/passwd"));
        AssertRefused(Good().Graph(5, OnnxModel.Tensor("w", OnnxModel.Float, [2], Field(13, place))), "tensor 'w' lies in another file");
        AssertRefused(Good().Graph(5, OnnxModel.Tensor("w", OnnxModel.Float, [2], Field(9, new byte[8]), Field(14, 1L))), "tensor 'w' lies in another file");

        // A parser may take either of two locations.
        AssertRefused(Good().Graph(5, OnnxModel.Tensor("w", OnnxModel.Float, [2], Field(9, new byte[8]), Field(14, 1L), Field(14, 0L))), "tensor 'w' lies in another file");

        // As a constant of an operator, too, and in a graph within a graph.
        var constant = Message(Field(1, "value"), Field(5, OnnxModel.Tensor("inner", OnnxModel.Float, [2], Field(13, place))), Field(20, 4L));
        AssertRefused(Good().Node("Constant", [], ["c"], constant), "tensor 'inner' lies in another file");
        var node = Message(Field(2, "c"), Field(4, "Constant"), Field(5, constant));
        var branch = Message(Field(1, "then_branch"), Field(6, Message(Field(1, node))), Field(20, 5L));
        AssertRefused(Good().Node("If", ["condition"], ["c"], branch), "tensor 'inner' lies in another file");
    }

    [Fact]
    public void Sparse_constants_are_refused()
    {
        AssertRefused(Good().Graph(15, Message(Field(1, OnnxModel.Tensor("w", OnnxModel.Float, [1], Field(9, new byte[4]))))), "it has sparse initialisers");
        AssertRefused(Good().Node("Constant", [], ["c"], Message(Field(1, "sparse_value"), Field(22, []), Field(20, 11L))), "an operator has a sparse constant");
        AssertRefused(Good().Node("Constant", [], ["c"], Message(Field(1, "sparse_value"), Field(23, []), Field(20, 12L))), "an operator has a sparse constant");
        AssertRefused(Good().Graph(11, Message(Field(1, "x"), Field(2, Field(8, [])))), "'x' is a sparse tensor");
    }

    [Fact]
    public void Operators_of_other_domains_are_refused()
    {
        AssertRefused(Good().NodeOfDomain("com.example", "Run", ["features"], ["x"]), "it uses an operator of the domain 'com.example'; only ai.onnx and ai.onnx.ml are allowed");
        AssertRefused(Good().Model(8, Message(Field(1, "com.microsoft"), Field(2, 1L))), "it imports operators of the domain 'com.microsoft'");
        AssertRefused(Good().NodeOfDomain("a\nb", "Run", [], []), "'a?b'");
        Assert.Empty(Check(Good().NodeOfDomain("ai.onnx.ml", "Normalizer", ["features"], ["x"]).Model(8, Message(Field(1, "ai.onnx.ml"), Field(2, 2L)))));
    }

    [Fact]
    public void Functions_training_loops_and_own_types_are_refused()
    {
        AssertRefused(Good().Model(25, Message(Field(1, "f"))), "it defines functions of its own");
        AssertRefused(Good().Model(20, []), "it carries training information");
        AssertRefused(Good().Node("Loop", ["n"], ["x"]), "it uses the operator 'Loop'");
        AssertRefused(Good().Graph(11, Message(Field(1, "x"), Field(2, Field(7, [])))), "'x' is of a type of its own");
    }

    [Fact]
    public void Tensors_that_claim_more_than_the_bounds_or_than_they_hold_are_refused()
    {
        AssertRefused(Good().Graph(5, OnnxModel.Tensor("w", OnnxModel.Float, [1 << 20, 1 << 20], Field(9, new byte[8]))), "tensor 'w' declares 1099511627776 elements; at most 67108864 are allowed");
        AssertRefused(Good().Graph(5, OnnxModel.Tensor("w", OnnxModel.Float, [-1], Field(9, new byte[8]))), "tensor 'w' declares a negative or huge number of elements");
        AssertRefused(Good().Graph(5, OnnxModel.Tensor("w", OnnxModel.Float, [long.MaxValue, long.MaxValue, 0])), "tensor 'w' declares a negative or huge number of elements");
        AssertRefused(Good().Graph(5, OnnxModel.Tensor("w", OnnxModel.Float, [1000], Field(9, new byte[8]))), "tensor 'w' declares 1000 elements and holds 8 bytes");
        AssertRefused(Good().Output("big", OnnxModel.Float, OnnxModel.AnyRows, 1L << 30), "value 'big' declares 1073741824 elements");
        Assert.Contains("it has more than 1 operators", OnnxPrecheck.Check(OnnxModel.Logistic([1]).Build(), ModelLimits.Default with { MaxNodes = 1 }));
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        var graph = Message(Field(2, "innermost"));
        for (var level = 0; level < 100_000; level++)
        {
            var node = Message(Field(4, "If"), Field(5, Message(Field(1, "then_branch"), Field(6, graph))));
            graph = Message(Field(1, node));
            if (graph.Length > 20_000)
            {
                break;
            }
        }

        AssertRefused(Good().Graph(1, Message(Field(4, "If"), Field(5, Message(Field(6, graph))))), "its graphs nest deeper than 8 levels");

        var type = Field(1, []);
        for (var level = 0; level < 1_000; level++)
        {
            type = Field(4, Field(1, type));
        }

        AssertRefused(Good().Graph(11, Message(Field(1, "x"), Field(2, type))), "its types nest deeper than 8 levels");
    }

    [Fact]
    public void The_number_of_problems_told_is_bounded()
    {
        var model = Good();
        for (var index = 0; index < 1_000; index++)
        {
            model.Graph(5, OnnxModel.Tensor($"w{index}", OnnxModel.Float, [-1]));
        }

        var problems = Check(model);

        Assert.Equal(21, problems.Count);
        Assert.Equal("and more", problems[^1]);
    }

    [Fact]
    public void No_bytes_make_it_throw_or_linger()
    {
        var random = new Random(Seed);
        byte[][] seeds = [OnnxModel.Logistic([1, 2, 3]).Build(), File.ReadAllBytes(SampleModel)];
        var refused = 0;
        const int Rounds = 20_000;
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = Mutate(seeds[round % seeds.Length], random);
            var problems = QuickestOf(() => OnnxPrecheck.Check(bytes, ModelLimits.Default), out var time);
            Assert.True(time < Lingering, $"{Convert.ToHexString(bytes)} took {time}");
            refused += problems.Count > 0 ? 1 : 0;
        }

        // Most of a model is weights and names, which may be anything; what remains must be noticed often.
        Assert.InRange(refused, Rounds / 10, Rounds - 1);
    }

    [Fact]
    public void What_passes_the_check_never_brings_the_process_down()
    {
        var random = new Random(Seed);
        var seed = OnnxModel.Logistic([1, 2, 3]).Build();
        var opened = 0;
        for (var round = 0; round < 300; round++)
        {
            var bytes = Mutate(seed, random);
            using var folder = new PackageFolder(bytes, 3);
            try
            {
                OnnxScorer.Open(folder.Load()).Dispose();
                opened++;
            }
            catch (ModelPackageException)
            {
                // Refused with its reasons: all that may happen besides being opened.
            }
        }

        Assert.InRange(opened, 1, 299);
    }

    /// <summary>What takes long is tried again, since the machine may have been busy with something else.</summary>
    private static T QuickestOf<T>(Func<T> action, out TimeSpan time)
    {
        time = TimeSpan.MaxValue;
        for (var attempt = 0; ; attempt++)
        {
            var clock = Stopwatch.StartNew();
            var result = action();
            time = clock.Elapsed < time ? clock.Elapsed : time;
            if (time < Lingering || attempt == 9)
            {
                return result;
            }
        }
    }

    private static string SampleModel => Repository.PathOf("deploy", "samples", "occupancy", "models", "occupancy-lda", "model.onnx");

    private static OnnxModel Good() => OnnxModel.Logistic([1, 2]);

    private static IReadOnlyList<string> Check(OnnxModel model) => OnnxPrecheck.Check(model.Build(), ModelLimits.Default);

    private static void AssertRefused(OnnxModel model, string problem) =>
        Assert.Contains(Check(model), found => found.Contains(problem, StringComparison.Ordinal));

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = seed.ToList();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                default:
                    bytes.InsertRange(at, seed.Skip(random.Next(seed.Length)).Take(random.Next(1, 33)));
                    break;
            }
        }

        return [.. bytes];
    }
}

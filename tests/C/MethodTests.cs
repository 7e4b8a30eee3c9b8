using System;
using System.Collections.Generic;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.C;

/// <summary>Each method through the C library gives the bits of the managed call: by a mixer, by its stage, by its draws.</summary>
[TestFixture("v3")]
[TestFixture("v4")]
public sealed unsafe class MethodTests(string level) : CFixture(level)
{
    private const int N = 5, C = 3, H = 16, W = 24, K = SeededBatch.Classes, F = 6;
    private static readonly GuidedMixerOptions[] BlockOptions =
    [
        new() { Method = MixMethod.PuzzleMix, Seed = 3 },
        new()
        {
            Method = MixMethod.PuzzleMix, Pairing = Pairing.Greedy, Alpha = 2, DrawMode = DrawMode.Image,
            PuzzleMix = new()
            {
                Blocks = 4, Labels = 4, Beta = 1, Gamma = 0.75, Eta = 0.5, NeighbourSize = 2, TransportCost = 0.5, TransportSize = 2,
                PixelStd = new float[] { 0.25f, 0.5f, 0.75f }, Mode = SolverMode.Quality,
            },
        },
        new() { Method = MixMethod.CoMixup, Seed = 3 },
        new()
        {
            Method = MixMethod.CoMixup, Saliency = Saliency.Gradient, Seed = 4,
            CoMixup = new()
            {
                Blocks = 8, PartSize = 3, Beta = 0.5, Gamma = 0.75, Tau = 0.5, Eta = 0.1, Omega = 0.5, Iterations = 3, Alpha = 3, Starts = 2,
                Mode = SolverMode.Quality,
            },
        },
    ];

    private readonly List<HostTensor> _tensors = [];
    private SeededBatch _batch = null!;

    [SetUp]
    public void MakeBatch() => _batch = new SeededBatch(N, C, H, W);

    [TearDown]
    public void Free()
    {
        _batch.Dispose();
        foreach (HostTensor tensor in _tensors) tensor.Dispose();
        _tensors.Clear();
    }

    [TestCaseSource(nameof(BlockOptions))]
    public void Mixer_of_blocks(GuidedMixerOptions options)
    {
        bool isPart = options.Method == MixMethod.CoMixup;
        Same(
            outputs => Managed(options, default, Outputs(outputs)),
            outputs => Native(options, default, Outputs(outputs)),
            Like(_batch.Images), Floats(N, K), isPart ? Floats(N, N) : Floats(N, H, W), Ints(N));

        MixOutputs Outputs(HostTensor[] o) => new()
        {
            Images = o[0].View,
            SoftLabels = o[1].View,
            Weights = isPart ? o[2].View : default,
            Mask = isPart ? default : o[2].View,
            Flags = o[3].View,
        };
    }

    [Test]
    public void SnapMix_mixer_with_its_draws_and_with_supplied_ones([Values] bool isSupplied)
    {
        var options = new GuidedMixerOptions { Method = MixMethod.SnapMix, DrawMode = DrawMode.Image, Seed = 8 };
        (MixInputs given, _) = Classes();
        if (isSupplied) given = given with { Boxes = Boxes(3).View, PartnerBoxes = Boxes(1).View };
        Same(
            outputs => Managed(options, given, Outputs(outputs)),
            outputs => Native(options, given, Outputs(outputs)),
            Like(_batch.Images), Floats(N, K), Floats(N), Floats(N), Ints(N, 4), Ints(N, 4), Ints(N));

        static MixOutputs Outputs(HostTensor[] o) => new()
        {
            Images = o[0].View,
            SoftLabels = o[1].View,
            Ratio = o[2].View,
            PartnerRatio = o[3].View,
            Boxes = o[4].View,
            PartnerBoxes = o[5].View,
            Flags = o[6].View,
        };
    }

    [Test]
    public void Supplied_ratios_are_replayed()
    {
        HostTensor ratios = Floats(N);
        for (int i = 0; i < N; i++) ratios.AsSpan<float>()[i] = i / 4f;
        var options = new GuidedMixerOptions { Method = MixMethod.Mixup, DrawMode = DrawMode.Image };
        HostTensor images = Like(_batch.Images), ratio = Floats(N);
        Native(options, new MixInputs { Ratios = ratios.View, Partners = Partners().View }, new MixOutputs { Images = images.View, Ratio = ratio.View });
        Assert.That(ratio.AsSpan<float>().ToArray(), Is.EqualTo(ratios.AsSpan<float>().ToArray()));
    }

    [Test]
    public void SnapMix_stage()
    {
        (MixInputs given, TensorView labels) = Classes();
        HostTensor boxes = Boxes(3), partnerBoxes = Boxes(1), partners = Partners();
        Same(
            o => SnapMix.Mix(
                _batch.Images.View, boxes.View, partnerBoxes.View, partners.View, given.Features, given.ClassWeights, labels, o[0].View, o[1].View,
                o[2].View, o[3].View),
            o => Stage("snapmix", [
                _batch.Images.View, boxes.View, partnerBoxes.View, partners.View, given.Features, given.ClassWeights, labels, o[0].View, o[1].View,
                o[2].View, o[3].View]),
            Like(_batch.Images), Floats(N), Floats(N), Ints(N));
    }

    [Test]
    public void AugMix_stage_and_its_draws()
    {
        HostTensor chains = Floats(3, N, C, H, W);
        Fill(chains);
        HostTensor[] draws = Same(
            o => AugMix.Draw(o[0].View, o[1].View, 7, 8, 9),
            o =>
            {
                using var memory = new CMemory();
                Library.Check(((delegate* unmanaged<CTensor*, CTensor*, ulong, ulong, int, int>)Library["augmix_draw"])(
                    memory.Tensor(o[0].View), memory.Tensor(o[1].View), 7, 8, 9));
            },
            Floats(N, 3), Floats(N));
        Same(
            o => AugMix.Mix(_batch.Images.View, chains.View, draws[0].View, draws[1].View, o[0].View),
            o => Stage("augmix", [_batch.Images.View, chains.View, draws[0].View, draws[1].View, o[0].View]),
            Like(_batch.Images));
    }

    [Test]
    public void PuzzleMix_stage()
    {
        var options = new GuidedMixerOptions { PuzzleMix = new() { Blocks = 4 } };
        HostTensor ratios = Floats(N), partners = Partners();
        ratios.AsSpan<float>().Fill(0.375f);
        Same(
            o => PuzzleMix.Mix(
                _batch.Images.View, _batch.Saliency.View, ratios.View, partners.View, o[0].View, o[1].View, o[2].View, o[3].View, options),
            o => Stage(
                "puzzlemix",
                [_batch.Images.View, _batch.Saliency.View, ratios.View, partners.View, o[0].View, o[1].View, o[2].View, o[3].View], options),
            Like(_batch.Images), Floats(N, H, W), Floats(N), Ints(N));
    }

    [Test]
    public void CoMixup_stage_and_its_objective()
    {
        var options = new GuidedMixerOptions { CoMixup = new() { Iterations = 2 } };
        HostTensor saliency = Floats(N, 4, 4), alpha = Floats(N), compatibility = Floats(N, N), start = Ints(N, 4, 4);
        Fill(saliency);
        Fill(alpha);
        Fill(compatibility);
        for (int i = 0; i < start.View.Length; i++) start.AsSpan<int>()[i] = i * 7 % N;
        HostTensor layout = Same(
            o => CoMixup.Solve(saliency.View, alpha.View, compatibility.View, start.View, o[0].View, o[1].View, options.CoMixup),
            o =>
            {
                using var memory = new CMemory();
                Library.Check(((delegate* unmanaged<CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, COptions*, int>)Library["comixup_solve"])(
                    memory.Tensor(saliency.View), memory.Tensor(alpha.View), memory.Tensor(compatibility.View), memory.Tensor(start.View),
                    memory.Tensor(o[0].View), memory.Tensor(o[1].View), memory.Options(options)));
            },
            Floats(N, 4, 4, N), Longs(2 * N))[0];
        using var native = new CMemory();
        double objective = 0;
        var value = (delegate* unmanaged<CTensor*, CTensor*, CTensor*, CTensor*, COptions*, double*, int>)Library["comixup_objective"];
        Library.Check(value(
            native.Tensor(saliency.View), native.Tensor(alpha.View), null, native.Tensor(layout.View), native.Options(options), &objective));
        Assert.That(objective, Is.EqualTo(CoMixup.Objective(saliency.View, alpha.View, default, layout.View, options.CoMixup).Total));
        Assert.That(value(null, null, null, null, null, null), Is.EqualTo(1));
        Assert.That(Library.LastError, Does.StartWith("objective: NULL"));
    }

    [Test]
    public void Draws()
    {
        var options = new GuidedMixerOptions { Method = MixMethod.SnapMix, Seed = 11, Rank = 3 };
        Same(
            o =>
            {
                MixDraws.Draw(o[0].View, o[1].View, H, W, options, 6);
                MixDraws.DrawPartnerBoxes(o[2].View, H, W, options, 6);
            },
            o =>
            {
                using var memory = new CMemory();
                COptions* native = memory.Options(options);
                Library.Check(((delegate* unmanaged<CTensor*, CTensor*, long, long, COptions*, ulong, int>)Library["draw"])(
                    memory.Tensor(o[0].View), memory.Tensor(o[1].View), H, W, native, 6));
                Library.Check(((delegate* unmanaged<CTensor*, long, long, COptions*, ulong, int>)Library["draw_partner_boxes"])(
                    memory.Tensor(o[2].View), H, W, native, 6));
            },
            Floats(N), Ints(N, 4), Ints(N, 4));
    }

    [Test]
    public void What_a_method_does_not_take_is_named_as_C_names_it()
    {
        HostTensor images = Like(_batch.Images), pairs = Floats(N, N), perImage = Floats(N), boxes = Boxes(1);
        var plain = new MixOutputs { Images = images.View };
        using (Assert.EnterMultipleScope())
        {
            Refused(MixMethod.GuidedMixup, new MixInputs { Ratios = perImage.View }, plain, "ratios: given to");
            Refused(MixMethod.Mixup, new MixInputs { Boxes = boxes.View }, plain, "boxes: given to");
            Refused(MixMethod.CutMix, new MixInputs { PartnerBoxes = boxes.View }, plain, "partner_boxes: given to");
            Refused(MixMethod.CutMix, new MixInputs { ClassWeights = pairs.View }, plain, "class_weights: given to");
            Refused(MixMethod.SnapMix, default, plain, "features: no tensor is given.");
            Refused(MixMethod.Mixup, default, plain with { Weights = pairs.View }, "outputs.weights: given to");
            Refused(MixMethod.CutMix, default, plain with { PartnerBoxes = boxes.View }, "outputs.partner_boxes: given to");
            Refused(MixMethod.CoMixup, default, plain with { PartnerRatio = perImage.View }, "outputs.partner_ratio: given to");
        }
    }

    private void Refused(MixMethod method, in MixInputs given, in MixOutputs outputs, string says)
    {
        using var mixer = new CMixer(Library, new GuidedMixerOptions { Method = method });
        string message = "";
        try
        {
            mixer.Mix(given with { Images = _batch.Images.View, Labels = _batch.Labels.View }, outputs, default);
        }
        catch (ArgumentException error)
        {
            message = error.Message;
        }

        Assert.That(message, Does.StartWith(says));
    }

    private (MixInputs Given, TensorView Labels) Classes()
    {
        HostTensor features = Floats(N, F, 4, 6), weights = Floats(K, F);
        Fill(features);
        Fill(weights);
        return (new MixInputs { Features = features.View, ClassWeights = weights.View }, _batch.Labels.View);
    }

    private MixInputs Full(GuidedMixerOptions options, in MixInputs given) => _batch.Inputs(options, 2, given.Partners) with
    {
        Ratios = given.Ratios,
        Boxes = given.Boxes,
        PartnerBoxes = given.PartnerBoxes,
        Features = given.Features,
        ClassWeights = given.ClassWeights,
    };

    private void Managed(GuidedMixerOptions options, in MixInputs given, in MixOutputs outputs) =>
        Assert.That(new GuidedMixer(options).Mix(Full(options, given), outputs).IsMixed);

    private void Native(GuidedMixerOptions options, in MixInputs given, in MixOutputs outputs)
    {
        using var mixer = new CMixer(Library, options);
        Assert.That(mixer.Mix(Full(options, given), outputs, new Execution(Threads: 2)));
    }

    /// <summary>Calls a stage whose arguments are tensors, then options and an execution.</summary>
    private void Stage(string name, TensorView[] views, GuidedMixerOptions? options = null)
    {
        using var memory = new CMemory();
        var t = new nint[views.Length];
        for (int i = 0; i < t.Length; i++) t[i] = (nint)memory.Tensor(views[i]);
        void* function = Library[name];
        COptions* o = memory.Options(options ?? new GuidedMixerOptions());
        Library.Check(t.Length switch
        {
            5 => ((delegate* unmanaged<nint, nint, nint, nint, nint, COptions*, CExecution*, int>)function)(t[0], t[1], t[2], t[3], t[4], o, null),
            8 => ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, COptions*, CExecution*, int>)function)(
                t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], o, null),
            _ => ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, COptions*, CExecution*, int>)function)(
                t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10], o, null),
        });
    }

    /// <summary>Both calls on poisoned memory of the same shapes; their bytes are the same, and not the poison.</summary>
    private HostTensor[] Same(Action<HostTensor[]> managed, Action<HostTensor[]> native, params HostTensor[] shapes)
    {
        HostTensor[] expected = Array.ConvertAll(shapes, Like), found = Array.ConvertAll(shapes, Like);
        managed(expected);
        native(found);
        for (int i = 0; i < shapes.Length; i++)
        {
            Assert.That(Bytes(found[i]).SequenceEqual(Bytes(expected[i])), $"output {i}");
            Assert.That(Bytes(found[i]).ContainsAnyExcept((byte)0xFF), $"output {i} is written");
        }

        return found;
    }

    private HostTensor Partners()
    {
        HostTensor partners = Keep(HostTensor.Allocate(ElementType.Int64, N));
        new long[] { 1, 4, 2, 0, 3 }.CopyTo(partners.AsSpan<long>());
        return partners;
    }

    private HostTensor Boxes(int first)
    {
        HostTensor boxes = Ints(N, 4);
        for (int i = 0; i < N; i++) new[] { first + i, first, first + i + 6, first + 9 + i }.CopyTo(boxes.AsSpan<int>()[(4 * i)..]);
        return boxes;
    }

    private HostTensor Floats(params ReadOnlySpan<long> shape) => Keep(HostTensor.Allocate(ElementType.Float32, shape));

    private HostTensor Ints(params ReadOnlySpan<long> shape) => Keep(HostTensor.Allocate(ElementType.Int32, shape));

    private HostTensor Longs(long length) => Keep(HostTensor.Allocate(ElementType.Int64, length));

    private HostTensor Like(HostTensor other) => Keep(HostTensor.Allocate(other.View.Type, other.View.Shape));

    private HostTensor Keep(HostTensor tensor)
    {
        Bytes(tensor).Fill(0xFF);
        _tensors.Add(tensor);
        return tensor;
    }

    private static void Fill(HostTensor tensor)
    {
        var random = new Random(5);
        foreach (ref float value in tensor.AsSpan<float>()) value = random.NextSingle();
    }

    private static Span<byte> Bytes(HostTensor tensor) => new(tensor.View.Data, (int)tensor.View.Length * tensor.View.Type.Size());
}

using System;
using NUnit.Framework;

namespace GuidedMixup.Tests.C;

/// <summary>Each method through the C library gives the bits of the managed call: by a mixer, by its stage, by its draws.</summary>
[TestFixture("v3")]
[TestFixture("v4")]
public sealed unsafe class MethodTests(string level) : MethodFixture(level)
{
    private const int F = 6;
    private static readonly GuidedMixerOptions[] BlockOptions =
    [
        new() { Method = MixMethod.PuzzleMix, Seed = 3 },
        new()
        {
            Method = MixMethod.PuzzleMix,
            Pairing = Pairing.Greedy,
            Alpha = 2,
            DrawMode = DrawMode.Image,
            PuzzleMix = new()
            {
                Blocks = 4,
                Labels = 4,
                Beta = 1,
                Gamma = 0.75,
                Eta = 0.5,
                NeighbourSize = 2,
                TransportCost = 0.5,
                TransportSize = 2,
                PixelStd = new float[] { 0.25f, 0.5f, 0.75f },
                Mode = SolverMode.Quality,
            },
        },
        new() { Method = MixMethod.CoMixup, Seed = 3 },
        new()
        {
            Method = MixMethod.CoMixup,
            Saliency = Saliency.Gradient,
            Seed = 4,
            CoMixup = new()
            {
                Blocks = 8,
                PartSize = 3,
                Beta = 0.5,
                Gamma = 0.75,
                Tau = 0.5,
                Eta = 0.1,
                Omega = 0.5,
                Iterations = 3,
                Alpha = 3,
                Starts = 2,
                Mode = SolverMode.Quality,
            },
        },
    ];

    [TestCaseSource(nameof(BlockOptions))]
    public void Mixer_of_blocks(GuidedMixerOptions options)
    {
        bool isPart = options.Method == MixMethod.CoMixup;
        Same(
            outputs => Managed(options, default, Outputs(outputs)),
            outputs => Native(options, default, Outputs(outputs)),
            Like(Batch.Images), Floats(N, K), isPart ? Floats(N, N) : Floats(N, H, W), Ints(N));

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
            Like(Batch.Images), Floats(N, K), Floats(N), Floats(N), Ints(N, 4), Ints(N, 4), Ints(N));

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
        HostTensor images = Like(Batch.Images), ratio = Floats(N);
        Native(options, new MixInputs { Ratios = ratios.View, Partners = Partners().View }, new MixOutputs { Images = images.View, Ratio = ratio.View });
        // Image 2 is its own partner.
        Assert.That(ratio.AsSpan<float>().ToArray(), Is.EqualTo(new float[] { 0, 0.25f, 1, 0.75f, 1 }));
    }

    [Test]
    public void SnapMix_stage()
    {
        (MixInputs given, TensorView labels) = Classes();
        HostTensor boxes = Boxes(3), partnerBoxes = Boxes(1), partners = Partners();
        Same(
            o => SnapMix.Mix(
                Batch.Images.View, boxes.View, partnerBoxes.View, partners.View, given.Features, given.ClassWeights, labels, o[0].View, o[1].View,
                o[2].View, o[3].View),
            o => Stage("snapmix", [
                Batch.Images.View, boxes.View, partnerBoxes.View, partners.View, given.Features, given.ClassWeights, labels, o[0].View, o[1].View,
                o[2].View, o[3].View]),
            Like(Batch.Images), Floats(N), Floats(N), Ints(N));
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
            o => AugMix.Mix(Batch.Images.View, chains.View, draws[0].View, draws[1].View, o[0].View),
            o => Stage("augmix", [Batch.Images.View, chains.View, draws[0].View, draws[1].View, o[0].View]),
            Like(Batch.Images));
    }

    [Test]
    public void PuzzleMix_stage()
    {
        var options = new GuidedMixerOptions { PuzzleMix = new() { Blocks = 4 } };
        HostTensor ratios = Floats(N), partners = Partners();
        ratios.AsSpan<float>().Fill(0.375f);
        Same(
            o => PuzzleMix.Mix(
                Batch.Images.View, Batch.Saliency.View, ratios.View, partners.View, o[0].View, o[1].View, o[2].View, o[3].View, options),
            o => Stage(
                "puzzlemix",
                [Batch.Images.View, Batch.Saliency.View, ratios.View, partners.View, o[0].View, o[1].View, o[2].View, o[3].View], options),
            Like(Batch.Images), Floats(N, H, W), Floats(N), Ints(N));
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
                Library.Check(((delegate* unmanaged<CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, COptions*, void*, int>)Library["comixup_solve"])(
                    memory.Tensor(saliency.View), memory.Tensor(alpha.View), memory.Tensor(compatibility.View), memory.Tensor(start.View),
                    memory.Tensor(o[0].View), memory.Tensor(o[1].View), memory.Options(options), null));
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
    public void Grid_cuts([Values] SolverMode mode)
    {
        const int L = 3, Side = 4;
        HostTensor unary = Ints(N, Side, Side, L), smooth = Ints(L, L), vertical = Ints(N, Side - 1, Side), horizontal = Ints(N, Side, Side - 1);
        for (int i = 0; i < unary.View.Length; i++) unary.AsSpan<int>()[i] = (i * 7919 % 101) - 50;
        for (int i = 0; i < L * L; i++) smooth.AsSpan<int>()[i] = i / L == i % L ? 0 : 9 - (i / L) - (i % L);
        for (int i = 0; i < vertical.View.Length; i++) vertical.AsSpan<int>()[i] = horizontal.AsSpan<int>()[i] = i * 31 % 8;
        Same(
            o => GridCut.Solve(unary.View, smooth.View, vertical.View, horizontal.View, o[0].View, o[1].View, mode),
            o =>
            {
                using var memory = new CMemory();
                Library.Check(((delegate* unmanaged<CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, int, void*, int>)Library["grid_cut"])(
                    memory.Tensor(unary.View), memory.Tensor(smooth.View), memory.Tensor(vertical.View), memory.Tensor(horizontal.View),
                    memory.Tensor(o[0].View), memory.Tensor(o[1].View), (int)mode, null));
            },
            Ints(N, Side, Side), Longs(N));
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
        HostTensor images = Like(Batch.Images), pairs = Floats(N, N), perImage = Floats(N), boxes = Boxes(1);
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
            mixer.Mix(given with { Images = Batch.Images.View, Labels = Batch.Labels.View }, outputs, default);
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
        return (new MixInputs { Features = features.View, ClassWeights = weights.View }, Batch.Labels.View);
    }

    private MixInputs Full(GuidedMixerOptions options, in MixInputs given) => Batch.Inputs(options, 2, given.Partners) with
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
}

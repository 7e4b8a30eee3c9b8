using System.Collections.Generic;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>A method of blocks over a whole batch, 64×3×side², from saliency maps; memcpy touches as much as the images alone.</summary>
public abstract class BlockMixBenchmark(MixMethod method) : StageBenchmark
{
    private TensorView _images;
    private TensorView _saliency;
    private TensorView _mixed;
    private GuidedMixer _mixer = null!;

    public static IEnumerable<int> Grids => BenchmarkSettings.IsShort ? [4] : [4, 16];

    [ParamsSource(nameof(Grids))]
    public int Blocks { get; set; }

    public override long MinimumBytes => 2 * Shape.Length * sizeof(float);

    [Benchmark]
    public void Mix() => _mixer.Mix(new MixInputs { Images = _images, Saliency = _saliency }, new MixOutputs { Images = _mixed }, Execution);

    protected override void Prepare()
    {
        _images = TakeImages(ElementType.Float32, isChannelsLast: false).View;
        _saliency = TakeMaps().View;
        _mixed = TakeImages(ElementType.Float32, isChannelsLast: false).View;
        _mixer = new GuidedMixer(new GuidedMixerOptions
        {
            Method = method,
            Saliency = Saliency.Supplied,
            PuzzleMix = new PuzzleMixOptions { Blocks = Blocks },
            CoMixup = new CoMixupOptions { Blocks = Blocks, PartSize = Blocks == 4 ? 20 : 16 },
        });
    }
}

using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>The activation map of every image's own class, settled for box sums; an image an item.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct SnapMixMaps : IParallelBody
{
    private readonly ImageBatch _features;
    private readonly TensorView _weights;
    private readonly TensorView _labels;
    private readonly MapShare _share;
    private readonly double* _maps;
    private readonly double* _minima;
    private readonly double* _totals;
    private readonly float* _rows;
    private readonly double* _scratch;
    private readonly int* _flags;

    internal SnapMixMaps(
        in ImageBatch features,
        in TensorView weights,
        in TensorView labels,
        in MapShare share,
        int* flags,
        HostWorkspace workspace,
        int threads)
    {
        (_features, _weights, _labels, _share) = (features, weights, labels, share);
        _flags = flags;
        _maps = workspace.Take<double>((long)features.N * features.Pixels);
        _minima = workspace.Take<double>(features.N);
        _totals = workspace.Take<double>(features.N);
        int workers = WorkerTeam.Count(threads, features.N);
        _rows = workspace.Take<float>((long)workers * features.C);
        _scratch = workspace.Take<double>((long)workers * share.ScratchLength);
    }

    public void Run(int item, int worker)
    {
        float* row = _rows + (nint)worker * _features.C;
        double* map = _maps + (nint)item * _features.Pixels;
        ClassMap.Row(_weights, IndexView.Read(_labels, item), row);
        ClassMap.Of(_features, item, row, map);
        (_minima[item], _totals[item]) = _share.Settle(map, _scratch + (nint)worker * _share.ScratchLength);
        if (double.IsNaN(_totals[item])) _flags[item] |= (int)ImageFlags.DegenerateMap;
    }

    /// <summary>
    /// λa = 1 − the image's share in its box, λb = the partner's share in its own box; both their sum where the two are of one class; the box's
    /// share of the area where a map is flat or not finite.
    /// </summary>
    internal (float Own, float Other) Ratio(int image, int partner, in MixBox box, in MixBox partnerBox, double area, double* scratch)
    {
        double a = 1 - Share(image, box, scratch), b = Share(partner, partnerBox, scratch);
        if (IndexView.Read(_labels, image) == IndexView.Read(_labels, partner)) a = b = a + b;
        return ((float)(double.IsNaN(a) ? 1 - area : a), (float)(double.IsNaN(b) ? area : b));
    }

    // The sum of a normalised map, to which the method adds 1e-8, is 1.
    private double Share(int image, in MixBox box, double* scratch) =>
        _share.Of(_maps + (nint)image * _features.Pixels, _minima[image], _totals[image], box, scratch) / (1 + 1e-8);
}

using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>
/// The items of a mix: a tile of pixels for a run of images. Images are visited along their cycle, so that the partner just read is the next
/// image and still in the cache. The cut depends on the shape alone, never on the threads.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct MixTiles
{
    /// <summary>Pixels of a tile: mask and three float32 channels of two images fit the first two cache levels.</summary>
    internal const int Pixels = 2048;

    // Images of a run: enough to profit from the order, few enough to share small batches between threads.
    private const int RunLength = 16;

    private readonly int _pixels;
    private readonly int _tiles;
    private readonly int* _order;
    private readonly double* _sums;

    internal MixTiles(int n, int pixels, int* partners, HostWorkspace workspace)
    {
        Images = n;
        _pixels = pixels;
        _tiles = (pixels + Pixels - 1) / Pixels;
        Count = checked(_tiles * ((n + RunLength - 1) / RunLength));
        _sums = workspace.Take<double>((long)n * _tiles);
        _order = workspace.Take<int>(n);
        byte* visited = workspace.Take<byte>(n);
        new Span<byte>(visited, n).Clear();
        int count = 0;
        for (int start = 0; start < n; start++)
        {
            for (int i = start; visited[i] == 0; i = partners[i])
            {
                visited[i] = 1;
                _order[count++] = i;
            }
        }
    }

    internal int Images { get; }

    /// <summary>The number of items.</summary>
    internal int Count { get; }

    /// <summary>An item's pixels and its run in the visiting order.</summary>
    internal (int Tile, int Pixel, int PixelEnd, int Run, int RunEnd) Item(int item)
    {
        (int run, int tile) = Math.DivRem(item, _tiles);
        return (tile, tile * Pixels, Math.Min((tile + 1) * Pixels, _pixels), run * RunLength, Math.Min((run + 1) * RunLength, Images));
    }

    internal int ImageAt(int position) => _order[position];

    /// <summary>Keeps the sum of a mask over one tile.</summary>
    internal void SetSum(int image, int tile, double sum) => _sums[(long)image * _tiles + tile] = sum;

    /// <summary>The mean of every image's mask, its tiles added in order.</summary>
    internal void Means(float* means)
    {
        for (int i = 0; i < Images; i++)
        {
            double sum = 0;
            for (int tile = 0; tile < _tiles; tile++) sum += _sums[(long)i * _tiles + tile];
            means[i] = (float)(sum / _pixels);
        }
    }
}

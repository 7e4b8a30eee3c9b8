using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Threading;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>Finds the pixel that each image's box is centred on.</summary>
internal static unsafe class SaliencyMix
{
    /// <summary>
    /// peaks[i] = the first largest pixel of the partner's map; in <see cref="DrawMode.Batch"/> of image π[0]'s. Flags maps without a finite
    /// maximum above 0.
    /// </summary>
    internal static void Peaks(in ImageBatch maps, int* partners, DrawMode mode, int* peaks, int* flags, int threads)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int items = mode == DrawMode.Batch ? 1 : maps.N;
        var body = new Body(maps, partners, peaks, flags, workspace, WorkerTeam.Count(threads, items));
        WorkerTeam.For(items, threads, ref body);
        for (int i = items; i < maps.N; i++) peaks[i] = peaks[0];
    }

    /// <summary>The same for a mixer's own compact maps; <paramref name="isOneMap"/>: only that of image π[0] is there.</summary>
    internal static void Peaks(
        float* saliency, in ImageBatch images, bool isOneMap, int* partners, DrawMode mode, int* peaks, int* flags, int threads)
    {
        // Seen from where the first map would be.
        float* first = isOneMap ? saliency - ((nint)partners[0] * images.Pixels) : saliency;
        Peaks(new ImageBatch(first, images.N, images.H, images.W), partners, mode, peaks, flags, threads);
    }

    /// <summary>The stage alone.</summary>
    internal static void Stage(
        in ImageBatch maps,
        in TensorView ratios,
        in TensorView partners,
        in TensorView boxes,
        in TensorView flags,
        GuidedMixerOptions options,
        in Execution execution)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int n = maps.N;
        int* indices = workspace.Take<int>(n);
        int* peaks = workspace.Take<int>(n);
        int* found = workspace.Take<int>(n);
        float* ratio = workspace.Take<float>(n);
        for (int i = 0; i < n; i++) indices[i] = (int)IndexView.Read(partners, i);
        new Span<int>(found, n).Clear();
        Peaks(maps, indices, options.DrawMode, peaks, found, execution.Threads);
        if (options.Strict) Strict.ThrowOnAny(found, n);
        MixDraws.Run(options, new MixInputs { Ratios = ratios }, 0, indices, peaks, ratio, (MixBox*)boxes.Data, maps);
        if (!flags.IsEmpty) new Span<int>(found, n).CopyTo(new Span<int>(flags.Data, n));
    }

    /// <summary>The first of the largest values, NaN passed over; 0 where there is none.</summary>
    [MethodImpl(Kernel)]
    private static (float Value, int Index) Largest(float* map, int length)
    {
        Vector512<float> largest = Vector512.Create(float.NegativeInfinity);
        float best = float.NegativeInfinity;
        int i = 0;
        for (; i + Lanes <= length; i += Lanes)
        {
            Vector512<float> v = Vector512.Load(map + i);
            // False for NaN, so that it is passed over.
            largest = Vector512.ConditionalSelect(Vector512.GreaterThan(v, largest), v, largest);
        }

        for (int lane = 0; lane < Lanes; lane++) best = Math.Max(best, largest[lane]);
        for (; i < length; i++) best = map[i] > best ? map[i] : best;
        for (i = 0; i + Lanes <= length; i += Lanes)
        {
            ulong equal = Vector512.Equals(Vector512.Load(map + i), Vector512.Create(best)).ExtractMostSignificantBits();
            if (equal != 0) return (best, i + BitOperations.TrailingZeroCount(equal));
        }

        for (; i < length; i++)
        {
            if (map[i] == best) return (best, i);
        }

        return (best, 0);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly struct Body : IParallelBody
    {
        private readonly ImageBatch _maps;
        private readonly int* _partners;
        private readonly int* _peaks;
        private readonly int* _flags;
        private readonly float* _scratch;

        internal Body(in ImageBatch maps, int* partners, int* peaks, int* flags, HostWorkspace workspace, int workers)
        {
            _maps = maps;
            _partners = partners;
            _peaks = peaks;
            _flags = flags;
            _scratch = IsCompact ? null : workspace.Take<float>((long)Pad(maps.Pixels) * workers);
        }

        private bool IsCompact => _maps.Type == ElementType.Float32 && _maps.Layout == PixelLayout.Planar && _maps.IsJoined;

        public void Run(int item, int worker)
        {
            int image = _partners[item];
            float* map = (float*)_maps.Row(image, 0, 0);
            if (!IsCompact)
            {
                map = _scratch + (nint)Pad(_maps.Pixels) * worker;
                MapReader.Copy(_maps, image, map);
            }

            (float value, _peaks[item]) = Largest(map, _maps.Pixels);
            if (!(value > 0 && value < float.PositiveInfinity)) Interlocked.Or(ref _flags[image], (int)ImageFlags.DegenerateMap);
        }
    }
}

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Threading;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>The gradient through the mix, gathered: every image collects from itself and from those it is the partner of, in order.</summary>
internal static unsafe class PixelMixBackward
{
    internal static void Run(in ImageBatch gradient, in TensorView mask, in TensorView partners, in ImageBatch result, int threads)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int n = gradient.N;
        int* indices = workspace.Take<int>(n);
        for (int i = 0; i < n; i++) indices[i] = (int)IndexView.Read(partners, i);
        var tiles = new MixTiles(n, gradient.Pixels, indices, workspace);
        var body = new Body(gradient, (float*)mask.Data, indices, result, tiles, workspace, threads);
        WorkerTeam.For(tiles.Count, threads, ref body);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly struct Body : IParallelBody
    {
        private readonly ImageBatch _gradient;
        private readonly ImageBatch _result;
        private readonly MixTiles _tiles;
        private readonly PixelLines _lines;
        private readonly float* _mask;
        private readonly float* _scratch;
        private readonly bool _isStreamed;

        // The images whose partner is i: chain from firstUser[i] through nextUser, ascending; −1 ends it.
        private readonly int* _firstUser;
        private readonly int* _nextUser;
        private readonly int* _partners;

        internal Body(
            in ImageBatch gradient,
            float* mask,
            int* partners,
            in ImageBatch result,
            in MixTiles tiles,
            HostWorkspace workspace,
            int threads)
        {
            (_gradient, _result, _tiles) = (gradient, result, tiles);
            _mask = mask;
            _partners = partners;
            _lines = new PixelLines(gradient, result);
            _isStreamed = PixelMix.IsStreamed(result);
            _firstUser = workspace.Take<int>(gradient.N);
            _nextUser = workspace.Take<int>(gradient.N);
            new Span<int>(_firstUser, gradient.N).Fill(-1);
            for (int i = gradient.N - 1; i >= 0; i--)
            {
                if (partners[i] == i) continue;
                _nextUser[i] = _firstUser[partners[i]];
                _firstUser[partners[i]] = i;
            }

            _scratch = workspace.Take<float>(ScratchLength * WorkerTeam.Count(threads, tiles.Count));
        }

        // Weights, and the sums of every line.
        private long LineLength => (long)MixTiles.Pixels * _lines.Repeat + 2 * Lanes;

        private long ScratchLength => LineLength * (1 + _lines.Count);

        public void Run(int item, int worker)
        {
            float* weights = _scratch + worker * ScratchLength;
            (_, int pixel, int end, int run, int runEnd) = _tiles.Item(item);
            for (int position = run; position < runEnd; position++)
            {
                int image = _tiles.ImageAt(position);
                switch (_gradient.Type)
                {
                    case ElementType.Float32: Gather<Float32>(image, pixel, end, weights); break;
                    case ElementType.Float16: Gather<Float16>(image, pixel, end, weights); break;
                    default: Gather<BFloat16>(image, pixel, end, weights); break;
                }
            }

            // Streamed stores are seen by others only after a fence.
            if (_isStreamed) Interlocked.MemoryBarrier();
        }

        private void Gather<TElement>(int image, int pixel, int end, float* weights)
            where TElement : struct, IElement
        {
            int first = _firstUser[image];
            if (_lines.IsVector && _partners[image] != image && first >= 0 && _nextUser[first] < 0)
            {
                Pair<TElement>(image, first, pixel, end, weights);
                return;
            }

            bool isAlone = _partners[image] == image && first < 0;
            Weigh(image, image, pixel, end, weights);
            Walk<TElement>(image, image, pixel, end, weights, isFirst: true);
            for (int user = first; user >= 0; user = _nextUser[user])
            {
                Weigh(user, image, pixel, end, weights);
                Walk<TElement>(user, image, pixel, end, weights, isFirst: false);
            }

            Store<TElement>(image, pixel, end, weights, isAlone);
        }

        /// <summary>An image of a cycle: M of its own gradient and 1 − M of its one user's, in one pass.</summary>
        private void Pair<TElement>(int image, int user, int pixel, int end, float* scratch)
            where TElement : struct, IElement
        {
            float* own = _mask + (nint)image * _gradient.Pixels + pixel, other = _mask + (nint)user * _gradient.Pixels + pixel;
            if (_lines.Repeat > 1)
            {
                Interleave.Repeat(own, end - pixel, _lines.Repeat, scratch);
                Interleave.Repeat(other, end - pixel, _lines.Repeat, scratch + LineLength);
                own = scratch;
                other = scratch + LineLength;
            }

            for (int at = pixel, length; at < end; at += length)
            {
                (int y, int x, length) = _lines.Segment(at, end);
                nint offset = (nint)(at - pixel) * _lines.Repeat, column = x * _gradient.StrideW;
                for (int line = 0; line < _lines.Count; line++)
                {
                    byte* a = _gradient.Row(image, line, y) + column;
                    byte* b = _gradient.Row(user, line, y) + column;
                    // The user came just before; the partner comes next.
                    byte* ahead = line + 1 < _lines.Count ? a + _gradient.StrideC : _gradient.Row(_partners[image], 0, y) + column;
                    byte* target = _result.Row(image, line, y) + x * _result.StrideW;
                    Line<TElement>(a, b, ahead, own + offset, other + offset, target, length * _lines.Repeat);
                }
            }
        }

        [MethodImpl(Kernel)]
        private void Line<TElement>(byte* a, byte* b, byte* ahead, float* own, float* other, byte* target, int count)
            where TElement : struct, IElement
        {
            bool isAligned = _isStreamed && (nuint)target % (nuint)(Lanes * TElement.Size) == 0;
            int i = 0;
            for (; i + Lanes <= count; i += Lanes)
            {
                if (Sse.IsSupported) Sse.Prefetch0(ahead + i * TElement.Size);
                Vector512<float> y = TElement.Load(a + i * TElement.Size) * Vector512.Load(own + i);
                y = Fma(TElement.Load(b + i * TElement.Size), Vector512<float>.One - Vector512.Load(other + i), y);
                if (isAligned) TElement.StoreStreamed(target + i * TElement.Size, y);
                else TElement.Store(target + i * TElement.Size, y);
            }

            for (; i < count; i++)
            {
                float y = TElement.LoadOne(a + i * TElement.Size) * own[i];
                TElement.StoreOne(
                    target + i * TElement.Size, MathF.FusedMultiplyAdd(TElement.LoadOne(b + i * TElement.Size), 1 - other[i], y));
            }
        }

        /// <summary>M of the image's own gradient, 1 − M of another's, 1 of an image that is its own partner.</summary>
        private void Weigh(int from, int image, int pixel, int end, float* weights)
        {
            float* mask = _mask + (nint)from * _gradient.Pixels;
            for (int p = pixel; p < end; p++)
            {
                float weight = from != image ? 1 - mask[p] : _partners[image] == image ? 1 : mask[p];
                for (int r = 0; r < _lines.Repeat; r++) weights[(nint)(p - pixel) * _lines.Repeat + r] = weight;
            }
        }

        private void Walk<TElement>(int from, int image, int pixel, int end, float* weights, bool isFirst)
            where TElement : struct, IElement
        {
            for (int at = pixel, length; at < end; at += length)
            {
                (int y, int x, length) = _lines.Segment(at, end);
                for (int line = 0; line < _lines.Count; line++)
                {
                    int offset = (at - pixel) * _lines.Repeat;
                    Add<TElement>(
                        _gradient.Row(from, line, y) + x * _gradient.StrideW,
                        _lines.IsVector ? TElement.Size : _gradient.StrideW,
                        weights + offset,
                        weights + LineLength * (1 + line) + offset,
                        length * _lines.Repeat,
                        isFirst);
                }
            }
        }

        [MethodImpl(Kernel)]
        private static void Add<TElement>(byte* source, nint step, float* weights, float* sums, int count, bool isFirst)
            where TElement : struct, IElement
        {
            int i = 0;
            for (; step == TElement.Size && i + Lanes <= count; i += Lanes)
            {
                Vector512<float> g = TElement.Load(source + i * step), w = Vector512.Load(weights + i);
                (isFirst ? g * w : Fma(g, w, Vector512.Load(sums + i))).Store(sums + i);
            }

            for (; i < count; i++)
            {
                float g = TElement.LoadOne(source + i * step);
                sums[i] = isFirst ? g * weights[i] : MathF.FusedMultiplyAdd(g, weights[i], sums[i]);
            }
        }

        private void Store<TElement>(int image, int pixel, int end, float* weights, bool isAlone)
            where TElement : struct, IElement
        {
            for (int at = pixel, length; at < end; at += length)
            {
                (int y, int x, length) = _lines.Segment(at, end);
                for (int line = 0; line < _lines.Count; line++)
                {
                    byte* target = _result.Row(image, line, y) + x * _result.StrideW;
                    byte* source = _gradient.Row(image, line, y) + x * _gradient.StrideW;
                    float* sums = weights + LineLength * (1 + line) + (at - pixel) * _lines.Repeat;
                    nint step = _lines.IsVector ? TElement.Size : _gradient.StrideW, toStep = _lines.IsVector ? TElement.Size : _result.StrideW;
                    int count = length * _lines.Repeat, i = 0;
                    for (; !isAlone && toStep == TElement.Size && i + Lanes <= count; i += Lanes)
                        TElement.Store(target + i * toStep, Vector512.Load(sums + i));
                    for (; i < count; i++)
                    {
                        // Unchanged means every bit, NaN payloads included.
                        if (isAlone) Buffer.MemoryCopy(source + i * step, target + i * toStep, TElement.Size, TElement.Size);
                        else TElement.StoreOne(target + i * toStep, sums[i]);
                    }
                }
            }
        }
    }
}

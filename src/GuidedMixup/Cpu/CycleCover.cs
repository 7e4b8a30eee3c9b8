using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>The pairing: greedy one-cycle cover, or a random permutation.</summary>
internal static unsafe class CycleCover
{
    /// <summary>The partners a pipeline needs: supplied, greedy or random; images not selected keep themselves.</summary>
    internal static void Partners(
        GuidedMixerOptions options, in MixInputs inputs, ulong step, bool isMixed, float* distance, byte* selected, int n, int* partners)
    {
        for (int i = 0; i < n; i++) partners[i] = i;
        if (!isMixed) return;
        if (!inputs.Partners.IsEmpty)
        {
            for (int i = 0; i < n; i++) partners[i] = selected[i] != 0 ? (int)IndexView.Read(inputs.Partners, i) : i;
            return;
        }

        using HostWorkspace workspace = HostWorkspace.Rent();
        int* members = workspace.Take<int>(n);
        int count = Members(selected, n, members);
        if (options.PairingInUse == Pairing.Greedy) Greedy(distance, n, members, count, partners, workspace);
        else Random(options.Seed, step, options.Rank, members, count, partners, workspace);
    }

    /// <summary>The stage "greedy" alone.</summary>
    internal static void Greedy(in TensorView distance, in TensorView partners, in TensorView subset, in TensorView flags, bool strict)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int n = (int)distance.Shape[0];
        float* d = (float*)distance.Data;
        int* members = workspace.Take<int>(n);
        int* found = workspace.Take<int>(n);
        int* result = workspace.Take<int>(n);
        int count = Members((byte*)subset.Data, n, members);
        if (strict || !flags.IsEmpty)
        {
            for (int i = 0; i < n; i++) found[i] = HasNaN(d + (nint)i * n, n, i) ? (int)ImageFlags.NotANumberDistance : 0;
            if (strict) Strict.ThrowOnAny(found, n);
            if (!flags.IsEmpty) new Span<int>(found, n).CopyTo(new Span<int>(flags.Data, n));
        }

        for (int i = 0; i < n; i++) result[i] = i;
        Greedy(d, n, members, count, result, workspace);
        for (int i = 0; i < n; i++) IndexView.Write(partners, i, result[i]);
    }

    /// <summary>The stage "random" alone.</summary>
    internal static void Random(in TensorView partners, ulong seed, ulong step, int rank, in TensorView subset)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int n = (int)partners.Shape[0];
        int* members = workspace.Take<int>(n);
        int* result = workspace.Take<int>(n);
        int count = Members((byte*)subset.Data, n, members);
        for (int i = 0; i < n; i++) result[i] = i;
        Random(seed, step, rank, members, count, result, workspace);
        for (int i = 0; i < n; i++) IndexView.Write(partners, i, result[i]);
    }

    /// <summary>
    /// Walks from the row-major argmax to the farthest image not yet visited, over and over. NaN counts as −∞; the lowest index wins ties,
    /// also among −∞.
    /// </summary>
    private static void Greedy(float* distance, int n, int* members, int count, int* partners, HostWorkspace workspace)
    {
        if (count < 2) return;
        // Added to a row: 0 for an image that may be visited, −∞ for one that may not.
        int padded = Pad(n);
        float* closed = workspace.Take<float>(padded);
        new Span<float>(closed, padded).Fill(float.NegativeInfinity);
        for (int i = 0; i < count; i++) closed[members[i]] = 0;

        int first = members[0], current = members[1];
        float best = float.NegativeInfinity;
        for (int i = 0; i < count; i++)
        {
            // The diagonal does not count.
            int row = members[i];
            closed[row] = float.NegativeInfinity;
            float value = Largest(distance + (nint)row * n, closed, n);
            closed[row] = 0;
            if (!(value > best)) continue;
            best = value;
            first = row;
        }

        closed[first] = float.NegativeInfinity;
        if (best > float.NegativeInfinity) current = IndexOf(best, distance + (nint)first * n, closed, n);
        partners[first] = current;
        closed[current] = float.NegativeInfinity;
        for (int open = 0, left = count - 2; left > 0; left--)
        {
            float* row = distance + (nint)current * n;
            float value = Largest(row, closed, n);
            int next;
            if (value > float.NegativeInfinity) next = IndexOf(value, row, closed, n);
            else
            {
                while (closed[members[open]] != 0) open++;
                next = members[open];
            }

            partners[current] = next;
            current = next;
            closed[current] = float.NegativeInfinity;
        }

        partners[current] = first;
    }

    /// <summary>The largest of row + closed; −∞ where there is none above it.</summary>
    [MethodImpl(Kernel)]
    private static float Largest(float* row, float* closed, int n)
    {
        Vector512<float> even = Vector512.Create(float.NegativeInfinity), odd = even;
        int j = 0;
        for (; j + 2 * Lanes <= n; j += 2 * Lanes)
        {
            even = Larger(even, Vector512.Load(row + j) + Vector512.Load(closed + j));
            odd = Larger(odd, Vector512.Load(row + j + Lanes) + Vector512.Load(closed + j + Lanes));
        }

        for (; j < n; j += Lanes) even = Larger(even, Open(row, closed, j, n));
        even = Larger(even, odd);
        Vector256<float> eight = Vector256.Max(even.GetLower(), even.GetUpper());
        Vector128<float> four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        return Math.Max(Math.Max(four[0], four[1]), Math.Max(four[2], four[3]));
    }

    /// <summary>The larger of two; NaN is passed over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Larger(Vector512<float> largest, Vector512<float> v) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(v, largest), v, largest);

    /// <summary>The lowest index of a value that row + closed holds.</summary>
    [MethodImpl(Kernel)]
    private static int IndexOf(float value, float* row, float* closed, int n)
    {
        for (int j = 0; ; j += Lanes)
        {
            ulong equal = Vector512.Equals(Open(row, closed, j, n), Vector512.Create(value)).ExtractMostSignificantBits();
            if (equal != 0) return j + BitOperations.TrailingZeroCount(equal);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Open(float* row, float* closed, int j, int n)
    {
        Vector512<float> v = j + Lanes <= n ? Vector512.Load(row + j) : Tail.Load<Float32>((byte*)(row + j), n - j);
        return v + Vector512.Load(closed + j);
    }

    /// <summary>The stable sort of the members by their Philox keys.</summary>
    private static void Random(ulong seed, ulong step, int rank, int* members, int count, int* partners, HostWorkspace workspace)
    {
        ulong* keys = workspace.Take<ulong>(count);
        int* order = workspace.Take<int>(count);
        for (int i = 0; i < count; i++)
        {
            keys[i] = Philox.Draw(seed, step, rank, Philox.Purpose.Permutation, (uint)members[i]);
            order[i] = members[i];
        }

        // The sort is not stable, so equal keys (one pair in 2⁶⁴) are put in order afterwards.
        new Span<ulong>(keys, count).Sort(new Span<int>(order, count));
        for (int start = 0, end; start < count; start = end)
        {
            for (end = start + 1; end < count && keys[end] == keys[start];) end++;
            new Span<int>(order + start, end - start).Sort();
        }

        for (int i = 0; i < count; i++) partners[members[i]] = order[i];
    }

    private static int Members(byte* selected, int n, int* members)
    {
        int count = 0;
        for (int i = 0; i < n; i++)
        {
            if (selected == null || selected[i] != 0) members[count++] = i;
        }

        return count;
    }

    private static bool HasNaN(float* row, int n, int diagonal)
    {
        for (int j = 0; j < n; j++)
        {
            if (j != diagonal && float.IsNaN(row[j])) return true;
        }

        return false;
    }
}

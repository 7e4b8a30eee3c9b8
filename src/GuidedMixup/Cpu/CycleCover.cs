using System;

namespace GuidedMixup.Cpu;

/// <summary>The pairing: greedy one-cycle cover, or a random permutation.</summary>
internal static unsafe class CycleCover
{
    /// <summary>The partners a pipeline needs: supplied, greedy or random; images not selected keep themselves.</summary>
    internal static void Partners(
        GuidedMixerOptions options, in MixInputs inputs, bool isMixed, float* distance, byte* selected, int n, int* partners)
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
        if (options.Pairing == Pairing.Greedy) Greedy(distance, n, members, count, partners);
        else Random(options.Seed, inputs.Step, options.Rank, members, count, partners, workspace);
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
        Greedy(d, n, members, count, result);
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
    /// Walks from the row-major argmax to the farthest image not yet visited, over and over; <paramref name="members"/> (ascending) shrinks
    /// to those not yet visited. NaN counts as −∞; the lowest index wins ties, also among −∞.
    /// </summary>
    private static void Greedy(float* distance, int n, int* members, int count, int* partners)
    {
        if (count < 2) return;
        int first = members[0], current = members[1];
        float best = float.NegativeInfinity;
        for (int i = 0; i < count; i++)
        {
            float* row = distance + (nint)members[i] * n;
            for (int j = 0; j < count; j++)
            {
                if (j == i || !(row[members[j]] > best)) continue;
                best = row[members[j]];
                (first, current) = (members[i], members[j]);
            }
        }

        partners[first] = current;
        count = Remove(members, count, first);
        for (count = Remove(members, count, current); count > 0; count = Remove(members, count, current))
        {
            float* row = distance + (nint)current * n;
            int next = members[0];
            best = float.NegativeInfinity;
            for (int i = 0; i < count; i++)
            {
                if (!(row[members[i]] > best)) continue;
                best = row[members[i]];
                next = members[i];
            }

            partners[current] = next;
            current = next;
        }

        partners[current] = first;
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

    /// <summary>Takes one member out and keeps the order; returns how many are left.</summary>
    private static int Remove(int* members, int count, int member)
    {
        int at = new Span<int>(members, count).BinarySearch(member);
        new Span<int>(members + at + 1, count - at - 1).CopyTo(new Span<int>(members + at, count - at - 1));
        return count - 1;
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

// The labels of one mixed image, by all threads of a block; used by PixelMix.cu (fused) and LabelMix.cu (alone).
#ifndef GUIDEDMIXUP_LABELS_CUH
#define GUIDEDMIXUP_LABELS_CUH

#include "Views.h"

/// labels: classes [N] (type Int32 or Int64), or soft rows [N][classes] of floats (isSoft). soft [N][classes]; labelsA, labelsB like labels.
/// A null pointer: not wanted.
struct Labels
{
    const void* labels;
    float* soft;
    void* labelsA;
    void* labelsB;
    long long classes;
    int type, isSoft, pad0, pad1;
};

static_assert(sizeof(Labels) == 56, "C# mirrors this");

__device__ __forceinline__ long long ClassOf(const Labels& l, int i)
{
    return l.type == Int64 ? static_cast<const long long*>(l.labels)[i] : (long long)static_cast<const int*>(l.labels)[i];
}

__device__ __forceinline__ void CopyClass(const Labels& l, int from, void* target, int to)
{
    if (l.type == Int64) static_cast<long long*>(target)[to] = static_cast<const long long*>(l.labels)[from];
    else static_cast<int*>(target)[to] = static_cast<const int*>(l.labels)[from];
}

/// ratio·t[i] + other·t[partner] and the pair; an image that is its own partner keeps its label bit for bit. A class out of range flags its
/// own image and counts as 0.
__device__ __forceinline__ void MixLabels(const Labels& l, int image, int partner, float ratio, float other, int* flags, int thread, int threads)
{
    if (!l.labels) return;
    if (l.isSoft)
    {
        const float* own = static_cast<const float*>(l.labels) + image * l.classes;
        const float* paired = static_cast<const float*>(l.labels) + partner * l.classes;
        // Labels are moved as integers: a NaN keeps its payload.
        const int* ownBits = reinterpret_cast<const int*>(own);
        const int* otherBits = reinterpret_cast<const int*>(paired);
        int* softBits = l.soft ? reinterpret_cast<int*>(l.soft) + image * l.classes : nullptr;
        int* a = l.labelsA ? static_cast<int*>(l.labelsA) + image * l.classes : nullptr;
        int* b = l.labelsB ? static_cast<int*>(l.labelsB) + image * l.classes : nullptr;
        for (long long k = thread; k < l.classes; k += threads)
        {
            if (softBits) softBits[k] = image == partner ? ownBits[k] : __float_as_int(fmaf(ratio, own[k], other * paired[k]));
            if (a) a[k] = ownBits[k];
            if (b) b[k] = otherBits[k];
        }

        return;
    }

    if (thread == 0 && l.labelsA) CopyClass(l, image, l.labelsA, image);
    if (thread == 0 && l.labelsB) CopyClass(l, partner, l.labelsB, image);
    if (!l.soft) return;
    long long a = ClassOf(l, image), b = ClassOf(l, partner);
    bool isOne = a == b || image == partner;
    float* row = l.soft + image * l.classes;
    float one = image == partner ? 1.0f : ratio + other;
    for (long long k = thread; k < l.classes; k += threads) row[k] = k == a ? (isOne ? one : ratio) : k == b && !isOne ? other : 0.0f;
    if (thread == 0 && flags && (a < 0 || a >= l.classes)) atomicOr(flags + image, InvalidLabel);
}

/// λ·t[i] + (1 - λ)·t[partner]. λ + (1 - λ) is 1 in floats, too.
__device__ __forceinline__ void MixLabels(const Labels& l, int image, int partner, float ratio, int* flags, int thread, int threads)
{
    MixLabels(l, image, partner, ratio, 1.0f - ratio, flags, thread, threads);
}

#endif

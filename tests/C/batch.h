/* A seeded batch and memory for all results, for the C tests. */
#ifndef GUIDEDMIXUP_TESTS_C_BATCH_H
#define GUIDEDMIXUP_TESTS_C_BATCH_H

#include "guidedmixup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_N = 16, BATCH_C = 3, BATCH_H = 33, BATCH_W = 47, BATCH_K = 10, BATCH_RANK = 4 };

typedef struct {
    float images[BATCH_N][BATCH_C][BATCH_H][BATCH_W];
    int64_t labels[BATCH_N];
    struct {
        float images[BATCH_N][BATCH_C][BATCH_H][BATCH_W], soft[BATCH_N][BATCH_K], ratio[BATCH_N], mask[BATCH_N][BATCH_H][BATCH_W];
        float distance[BATCH_N][BATCH_N];
        int64_t partners[BATCH_N];
        int32_t flags[BATCH_N];
    } out;
    int64_t shape[BATCH_RANK], map_shape[3], row_shape[2], pair_shape[2];
    DLTensor x, t, y, soft, ratio, partners, mask, distance, flags;
    guidedmixup_inputs inputs;
    guidedmixup_outputs outputs;
} batch;

static inline void batch_fail(const char *what, int32_t status)
{
    fprintf(stderr, "FAILED %s: status %d, \"%s\"\n", what, (int)status, guidedmixup_last_error());
    exit(1);
}

static inline DLTensor batch_tensor(void *data, uint8_t code, uint8_t bits, int32_t ndim, int64_t *shape)
{
    DLTensor result;
    memset(&result, 0, sizeof result);
    result.data = data;
    result.device.device_type = kDLCPU;
    result.ndim = ndim;
    result.dtype.code = code;
    result.dtype.bits = bits;
    result.dtype.lanes = 1;
    result.shape = shape;
    return result;
}

/* The pixels follow from the seed alone, so that two processes can compare results. */
static inline batch *batch_make(uint32_t seed)
{
    batch *b = calloc(1, sizeof *b);
    if (!b) abort();
    uint32_t state = seed * 2654435761u + 1;
    float *pixels = &b->images[0][0][0][0];
    for (size_t i = 0; i < sizeof b->images / sizeof *pixels; i++) {
        state = state * 1664525u + 1013904223u;
        pixels[i] = (float)(state >> 8) / 16777216.0f;
    }
    for (int i = 0; i < BATCH_N; i++) b->labels[i] = (i * 7 + (int)seed) % BATCH_K;
    const int64_t shape[] = {BATCH_N, BATCH_C, BATCH_H, BATCH_W}, map_shape[] = {BATCH_N, BATCH_H, BATCH_W};
    memcpy(b->shape, shape, sizeof shape);
    memcpy(b->map_shape, map_shape, sizeof map_shape);
    b->row_shape[0] = b->pair_shape[0] = b->pair_shape[1] = BATCH_N;
    b->row_shape[1] = BATCH_K;
    b->x = batch_tensor(b->images, kDLFloat, 32, 4, b->shape);
    b->t = batch_tensor(b->labels, kDLInt, 64, 1, b->shape);
    b->y = batch_tensor(b->out.images, kDLFloat, 32, 4, b->shape);
    b->soft = batch_tensor(b->out.soft, kDLFloat, 32, 2, b->row_shape);
    b->ratio = batch_tensor(b->out.ratio, kDLFloat, 32, 1, b->shape);
    b->partners = batch_tensor(b->out.partners, kDLInt, 64, 1, b->shape);
    b->mask = batch_tensor(b->out.mask, kDLFloat, 32, 3, b->map_shape);
    b->distance = batch_tensor(b->out.distance, kDLFloat, 32, 2, b->pair_shape);
    b->flags = batch_tensor(b->out.flags, kDLInt, 32, 1, b->shape);
    b->inputs.size = sizeof b->inputs;
    b->inputs.images = &b->x;
    b->inputs.labels = &b->t;
    b->outputs.size = sizeof b->outputs;
    b->outputs.images = &b->y;
    b->outputs.soft_labels = &b->soft;
    b->outputs.ratio = &b->ratio;
    b->outputs.partners = &b->partners;
    b->outputs.mask = &b->mask;
    b->outputs.distance = &b->distance;
    b->outputs.flags = &b->flags;
    return b;
}

/* FNV-1a over all results. */
static inline uint64_t batch_digest(const batch *b)
{
    uint64_t digest = 14695981039346656037u;
    for (size_t i = 0; i < sizeof b->out; i++) digest = (digest ^ ((const unsigned char *)&b->out)[i]) * 1099511628211u;
    return digest;
}

/* Mixes into poisoned memory and returns the digest. */
static inline uint64_t batch_mix(batch *b, const guidedmixup_mixer *mixer, int32_t threads)
{
    guidedmixup_execution execution;
    memset(&execution, 0, sizeof execution);
    execution.size = sizeof execution;
    execution.threads = threads;
    memset(&b->out, 0xFF, sizeof b->out);
    int32_t status = guidedmixup_mix(mixer, &b->inputs, &b->outputs, &execution, NULL);
    if (status != GUIDEDMIXUP_OK) batch_fail("guidedmixup_mix", status);
    return batch_digest(b);
}

#endif

/*
 * Mixes a batch of eight pictures, each a bright disc of its own on a dim background, and checks what the method promises: that the discs of both
 * partners survive. Build and run (after interop/C/build.sh out):
 *   gcc -std=c11 -Wall -Wextra -Werror -pedantic -Iout interop/C/example/mix.c out/x86-64-v3/libguidedmixup.so -Wl,-rpath,$PWD/out/x86-64-v3 -o mix && ./mix
 */
#include "guidedmixup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { N = 8, C = 3, SIDE = 64, K = 8, RADIUS = 6 };

static float images[N][C][SIDE][SIDE], mixed[N][C][SIDE][SIDE], mask[N][SIDE][SIDE], soft[N][K], ratio[N];
static int64_t labels[N], partners[N];

/* A compact tensor in host memory, as another library would hand it over. */
static DLTensor tensor(void *data, uint8_t code, uint8_t bits, int32_t ndim, int64_t *shape)
{
    DLTensor result = {0};
    result.data = data;
    result.device.device_type = kDLCPU;
    result.ndim = ndim;
    result.dtype.code = code;
    result.dtype.bits = bits;
    result.dtype.lanes = 1;
    result.shape = shape;
    return result;
}

static void check(int32_t status, const char *call)
{
    if (status == GUIDEDMIXUP_OK) return;
    fprintf(stderr, "%s answers %d: %s\n", call, (int)status, guidedmixup_last_error());
    exit(1);
}

static void expect(int condition, const char *promise)
{
    if (condition) return;
    fprintf(stderr, "broken: %s\n", promise);
    exit(1);
}

/* The discs lie on a circle, so that no two of them overlap. */
static int centre_x(int i) { return SIDE / 2 + (int)lround(22 * cos(2 * 3.14159265358979 * i / N)); }
static int centre_y(int i) { return SIDE / 2 + (int)lround(22 * sin(2 * 3.14159265358979 * i / N)); }

static void paint(int i)
{
    for (int c = 0; c < C; c++)
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++) {
                int dx = x - centre_x(i), dy = y - centre_y(i);
                images[i][c][y][x] = dx * dx + dy * dy <= RADIUS * RADIUS ? 1.0f : 0.05f;
            }
}

int main(void)
{
    for (int i = 0; i < N; i++) {
        paint(i);
        labels[i] = i % K;
    }

    int64_t image_shape[] = {N, C, SIDE, SIDE}, map_shape[] = {N, SIDE, SIDE}, row_shape[] = {N, K};
    DLTensor x = tensor(images, kDLFloat, 32, 4, image_shape), y = tensor(mixed, kDLFloat, 32, 4, image_shape);
    DLTensor t = tensor(labels, kDLInt, 64, 1, image_shape), s = tensor(soft, kDLFloat, 32, 2, row_shape);
    DLTensor m = tensor(mask, kDLFloat, 32, 3, map_shape), r = tensor(ratio, kDLFloat, 32, 1, image_shape);
    DLTensor p = tensor(partners, kDLInt, 64, 1, image_shape);

    guidedmixup_options options;
    check(guidedmixup_options_init(&options, sizeof options), "guidedmixup_options_init");
    options.seed = 7;
    guidedmixup_mixer *mixer = NULL;
    check(guidedmixup_mixer_create(&options, &mixer), "guidedmixup_mixer_create");

    guidedmixup_inputs inputs = {.size = sizeof inputs, .images = &x, .labels = &t, .step = 0};
    guidedmixup_outputs outputs = {.size = sizeof outputs, .images = &y, .soft_labels = &s, .ratio = &r, .partners = &p, .mask = &m};
    int32_t is_mixed = 0;
    check(guidedmixup_mix(mixer, &inputs, &outputs, NULL, &is_mixed), "guidedmixup_mix");
    expect(is_mixed == 1, "a batch is mixed unless told otherwise");

    printf("guidedmixup %s, %d-bit vectors\n", guidedmixup_version(), (int)guidedmixup_simd_bits());
    for (int i = 0; i < N; i++) {
        int j = (int)partners[i];
        float sum = 0, own = mixed[i][0][centre_y(i)][centre_x(i)], other = mixed[i][0][centre_y(j)][centre_x(j)];
        printf("image %d with %d: lambda %.3f, own disc at %.2f, partner's at %.2f\n", i, j, ratio[i], own, other);
        expect(j >= 0 && j < N && j != i, "every image has another as its partner");
        expect(own > 0.8f && other > 0.8f, "the salient part of each partner survives");
        for (int k = 0; k < K; k++) sum += soft[i][k];
        expect(fabsf(sum - 1) < 1e-5f && fabsf(soft[i][labels[i]] - ratio[i]) < 1e-6f, "lambda weights the image's own label");
    }

    /* An error is an answer, not an end. */
    x.ndim = 3;
    expect(guidedmixup_mix(mixer, &inputs, &outputs, NULL, NULL) == GUIDEDMIXUP_INVALID_ARGUMENT, "a batch of three dimensions is refused");
    printf("and a batch of three dimensions: %s\n", guidedmixup_last_error());
    check(guidedmixup_mixer_destroy(mixer), "guidedmixup_mixer_destroy");
    return 0;
}

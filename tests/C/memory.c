/*
 * Ten thousand calls, whole batches and single stages, on one thread and on a team: nothing is allocated and nothing kept. The collector's heap
 * grows by whole pages until it is collected, and here it never is: a call that made one object of 24 bytes would show as 240 KB.
 */
#include "batch.h"

#include <unistd.h>

enum { CALLS = 10000, SIDE = 16, BOUND = 200 << 10 };

static long resident(void)
{
    long pages = 0, rest = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &rest, &pages) != 2) abort();
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

typedef int32_t (*call)(batch *b, const guidedmixup_mixer *mixer, const guidedmixup_execution *execution, const guidedmixup_options *options);

static int32_t whole(batch *b, const guidedmixup_mixer *mixer, const guidedmixup_execution *execution, const guidedmixup_options *options)
{
    (void)options;
    return guidedmixup_mix(mixer, &b->inputs, &b->outputs, execution, NULL);
}

static int32_t stages(batch *b, const guidedmixup_mixer *mixer, const guidedmixup_execution *execution, const guidedmixup_options *options)
{
    (void)mixer;
    int32_t status = guidedmixup_spectral_residual(&b->x, &b->mask, options, execution);
    DLTensor flags = b->flags;
    /* The maps of the images take the mask's memory, the normalised ones the mixed images' until the mix itself writes there. */
    DLTensor normalised = b->mask;
    static float maps[BATCH_N * BATCH_H * BATCH_W];
    normalised.data = maps;
    if (!status) status = guidedmixup_normalise(&b->mask, &normalised, &flags, options, execution);
    if (!status) status = guidedmixup_pair_distance(&normalised, &b->distance, GUIDEDMIXUP_DISTANCE_L2, execution);
    if (!status) status = guidedmixup_cycle_cover_greedy(&b->distance, &b->partners, NULL, &flags, options, execution);
    if (!status) status = guidedmixup_pixel_mix(&b->x, &normalised, &b->partners, &b->y, &b->mask, &b->ratio, &flags, options, execution);
    if (!status) status = guidedmixup_label_mix_soft(&b->t, &b->partners, &b->ratio, &b->soft, execution);
    return status;
}

static int32_t failing(batch *b, const guidedmixup_mixer *mixer, const guidedmixup_execution *execution, const guidedmixup_options *options)
{
    (void)options;
    b->x.ndim = 3;
    int32_t status = guidedmixup_mix(mixer, &b->inputs, &b->outputs, execution, NULL);
    b->x.ndim = 4;
    return status == GUIDEDMIXUP_INVALID_ARGUMENT ? 0 : -1;
}

/* Bytes that the process grew by. */
static long growth(const char *name, call run, batch *b, const guidedmixup_mixer *mixer, int32_t threads)
{
    const float weights[] = {0.25f, 0.5f, 0.25f};
    guidedmixup_options options;
    guidedmixup_execution execution;
    memset(&execution, 0, sizeof execution);
    execution.size = sizeof execution;
    execution.threads = threads;
    if (guidedmixup_options_init(&options, sizeof options)) batch_fail("guidedmixup_options_init", -1);
    options.gray_weights = weights;
    options.gray_weights_count = 3;
    long before = 0;
    for (int i = -200; i < CALLS; i++) {
        int32_t status = run(b, mixer, &execution, &options);
        if (status) batch_fail(name, status);
        if (i == -1) before = resident();
    }
    long grown = resident() - before;
    printf("     %-24s %d threads: %ld bytes in %d calls\n", name, (int)threads, grown, CALLS);
    return grown;
}

int main(void)
{
    guidedmixup_mixer *mixer = NULL;
    int32_t status = guidedmixup_mixer_create(NULL, &mixer);
    if (status) batch_fail("guidedmixup_mixer_create", status);
    batch *b = batch_make(1);
    /* Small pictures in the same memory: what is measured is what a call keeps, not what it computes. */
    b->shape[2] = b->shape[3] = b->map_shape[1] = b->map_shape[2] = SIDE;
    for (int32_t threads = 1; threads <= 2; threads++) {
        if (growth("whole batches", whole, b, mixer, threads) >= BOUND) batch_fail("whole batches allocate", 0);
        if (growth("single stages", stages, b, mixer, threads) >= BOUND) batch_fail("single stages allocate", 0);
    }
    printf("ok 40000 calls allocate and keep nothing\n");
    /* The measure sees what it looks for: failures allocate, and are collected. */
    if (growth("failures", failing, b, mixer, 1) < BOUND) batch_fail("the measure saw no allocation where there is one", 0);
    int rounds = 0;
    /* Until the heap is as large as it becomes. */
    while (growth("failures again", failing, b, mixer, 1) > BOUND / 4)
        if (++rounds == 20) batch_fail("failures keep memory", 0);
    printf("ok failures allocate, which this test sees, and leave nothing behind\n");
    for (int i = 0; i < CALLS; i++) {
        guidedmixup_mixer *passing = NULL;
        if (guidedmixup_mixer_create(NULL, &passing) || guidedmixup_mixer_destroy(passing)) batch_fail("a mixer that comes and goes", 0);
    }
    printf("ok %d mixers came and went\n", CALLS);
    free(b);
    return guidedmixup_mixer_destroy(mixer);
}

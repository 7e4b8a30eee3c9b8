/*
 * Loads the library as a plugin would: how long that and the first call take, that unloading leaves a process that works, that many threads may
 * come and go, and, for comparing builds, the digest of three batches. Usage: load FILE
 */
#define _GNU_SOURCE
#include "batch.h"

#include <dlfcn.h>
#include <pthread.h>
#include <time.h>

enum { MOST_MS = 50, PASSING_THREADS = 500 };

typedef int32_t (*create_function)(const guidedmixup_options *, guidedmixup_mixer **);
typedef int32_t (*mix_function)(
    const guidedmixup_mixer *, const guidedmixup_inputs *, const guidedmixup_outputs *, const guidedmixup_execution *, int32_t *);

static mix_function mix;
static guidedmixup_mixer *mixer;

static double now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void *symbol(void *library, const char *name)
{
    void *address = dlsym(library, name);
    if (address) return address;
    fprintf(stderr, "FAILED %s\n", dlerror());
    exit(1);
}

static void *open_library(const char *file)
{
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library) return library;
    fprintf(stderr, "FAILED %s\n", dlerror());
    exit(1);
}

static void *one_call(void *unused)
{
    (void)unused;
    batch *b = batch_make(1);
    b->shape[0] = b->map_shape[0] = b->row_shape[0] = b->pair_shape[0] = b->pair_shape[1] = 2;
    if (mix(mixer, &b->inputs, &b->outputs, NULL, NULL)) exit(1);
    b->x.ndim = 3;
    if (mix(mixer, &b->inputs, &b->outputs, NULL, NULL) != GUIDEDMIXUP_INVALID_ARGUMENT) exit(1);
    free(b);
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc < 2) return 2;
    double start = now_ms();
    void *library = open_library(argv[1]);
    double loaded = now_ms();
    *(void **)&mix = symbol(library, "guidedmixup_mix");
    create_function create;
    *(void **)&create = symbol(library, "guidedmixup_mixer_create");
    double before = now_ms();
    if (create(NULL, &mixer)) return 1;
    double created = now_ms();
    double took = loaded - start + created - before;
    printf("     loads in %.2f ms, its first call takes %.2f ms\n", loaded - start, created - before);
    if (took >= MOST_MS) {
        fprintf(stderr, "FAILED loading takes %.1f ms, %d are allowed\n", took, MOST_MS);
        return 1;
    }

    for (uint32_t seed = 1; seed <= 3; seed++) {
        batch *b = batch_make(seed);
        memset(&b->out, 0xFF, sizeof b->out);
        if (mix(mixer, &b->inputs, &b->outputs, NULL, NULL)) return 1;
        printf("digest %016llx\n", (unsigned long long)batch_digest(b));
        free(b);
    }

    for (int i = 0; i < PASSING_THREADS; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, one_call, NULL) || pthread_join(thread, NULL)) return 1;
    }

    /* A runtime cannot be unloaded; dlclose must not pull it from under its threads. */
    dlclose(library);
    one_call(NULL);
    *(void **)&mix = symbol(open_library(argv[1]), "guidedmixup_mix");
    one_call(NULL);
    printf("ok loads within %d ms, serves %d threads that come and go, outlives dlclose\n", MOST_MS, PASSING_THREADS);
    return 0;
}

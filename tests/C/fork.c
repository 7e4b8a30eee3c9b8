/*
 * fork() of a process that has mixed with worker threads: the child runs inline, gives the same bits, neither hangs nor crashes, also where the
 * parent's other threads were mixing, where new threads have taken over the stacks of the dead ones, and where failing calls make garbage.
 */
#define _GNU_SOURCE
#include "batch.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LIMIT_S = 60 };

static guidedmixup_mixer *mixer;
static uint64_t expected;
static atomic_int stop;

static int threads_here(void)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *entry; tasks && (entry = readdir(tasks));) count += entry->d_name[0] != '.';
    if (tasks) closedir(tasks);
    return count;
}

/* Writes over a stack, such as those of threads that the fork left behind. */
static void *scribble(void *unused)
{
    volatile unsigned char stack[6 << 20];
    for (size_t i = 0; i < sizeof stack; i++) stack[i] = 0xA5;
    return unused;
}

static void new_threads(void)
{
    pthread_t threads[6];
    for (int i = 0; i < 6; i++)
        if (pthread_create(&threads[i], NULL, scribble, NULL)) _exit(10);
    for (int i = 0; i < 6; i++) pthread_join(threads[i], NULL);
}

/* In the child; names the check that failed. */
static int child(int failures, int grandchildren)
{
    alarm(LIMIT_S);
    batch *b = batch_make(1);
    for (int i = 0; i < 20; i++)
        if (batch_mix(b, mixer, 4) != expected) return 11;
    if (threads_here() != 1) return 12;
    guidedmixup_mixer *own = NULL;
    if (guidedmixup_mixer_create(NULL, &own) || batch_mix(b, own, 0) != expected || guidedmixup_mixer_destroy(own)) return 13;
    new_threads();
    b->x.ndim = 3;
    for (int i = 0; i < failures; i++)
        if (guidedmixup_mix(mixer, &b->inputs, &b->outputs, NULL, NULL) != GUIDEDMIXUP_INVALID_ARGUMENT) return 14;
    b->x.ndim = 4;
    if (guidedmixup_trim() || batch_mix(b, mixer, 4) != expected) return 15;
    if (grandchildren > 0) {
        pid_t pid = fork();
        if (pid == 0) _exit(child(failures, grandchildren - 1));
        int status = 0;
        if (waitpid(pid, &status, 0) != pid || status != 0) return 16;
        if (batch_mix(b, mixer, 4) != expected) return 17;
    }
    free(b);
    return 0;
}

static double fork_and_wait(const char *what, int failures, int grandchildren)
{
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    pid_t pid = fork();
    if (pid == 0) _exit(child(failures, grandchildren));
    clock_gettime(CLOCK_MONOTONIC, &end);
    int status = 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
        if (WIFSIGNALED(status)) fprintf(stderr, "FAILED %s: the child ended by signal %d%s\n", what, WTERMSIG(status), WTERMSIG(status) == SIGALRM ? " (it hung)" : "");
        else fprintf(stderr, "FAILED %s: the child ended with %d\n", what, WEXITSTATUS(status));
        exit(1);
    }
    return (double)(end.tv_sec - start.tv_sec) * 1e3 + (double)(end.tv_nsec - start.tv_nsec) / 1e6;
}

static void *mix_until_told(void *seed)
{
    batch *b = batch_make(*(uint32_t *)seed);
    uint64_t first = batch_mix(b, mixer, 2);
    while (!atomic_load(&stop))
        if (batch_mix(b, mixer, 2) != first) batch_fail("a thread of the parent, beside forks", 0);
    free(b);
    return NULL;
}

/* A thread that ends while others fork comes and goes in the library's list of threads. */
static void *come_and_go(void *unused)
{
    (void)unused;
    batch *b = batch_make(1);
    if (batch_mix(b, mixer, 1) != expected) batch_fail("a thread that came and went", 0);
    free(b);
    return NULL;
}

/* The driver that is loaded forks in cuInit, inside a call of the library. */
static void call_that_forks(void)
{
    struct timespec start, end;
    int32_t count = -1;
    clock_gettime(CLOCK_MONOTONIC, &start);
    int32_t status = guidedmixup_device_count(kDLCUDA, &count);
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (status != GUIDEDMIXUP_NOT_SUPPORTED || !strstr(guidedmixup_last_error(), "finds no GPU")) batch_fail("a driver that forks", status);
    if (end.tv_sec - start.tv_sec > 5) batch_fail("a driver that forks: the call waited for itself", 0);
    printf("ok a driver that forks inside a call\n");
}

/* Usage: fork FORKING_DRIVER */
int main(int argc, char **argv)
{
    alarm(10 * LIMIT_S);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc != 2 || setenv("GUIDEDMIXUP_CUDA_DRIVER", argv[1], 1)) return 2;
    call_that_forks();
    int32_t status = guidedmixup_mixer_create(NULL, &mixer);
    if (status) batch_fail("guidedmixup_mixer_create", status);

    /* Before the first call that starts workers. */
    batch *b = batch_make(1);
    expected = batch_mix(b, mixer, 1);
    fork_and_wait("a parent that has not started workers", 100, 0);

    double slowest = 0;
    for (int i = 0; i < 40; i++) {
        /* The workers still spin when the fork begins. */
        if (batch_mix(b, mixer, 4) != expected) batch_fail("the parent between forks", 0);
        double took = fork_and_wait("a parent with four workers", i == 0 ? 60000 : 100, i % 8 == 0);
        if (took > slowest) slowest = took;
    }
    printf("ok 41 forks of a parent that mixes with workers; the slowest took %.1f ms\n", slowest);

    uint32_t seeds[] = {2, 3, 4};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, mix_until_told, &seeds[i]);
    for (int i = 0; i < 40; i++) fork_and_wait("a parent whose other threads are mixing", 100, i % 8 == 0);
    atomic_store(&stop, 1);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    if (batch_mix(b, mixer, 4) != expected) batch_fail("the parent after its forks", 0);
    printf("ok 40 forks beside three threads that mix\n");

    for (int i = 0; i < 100; i++) {
        pthread_t passing;
        pthread_create(&passing, NULL, come_and_go, NULL);
        fork_and_wait("a parent whose threads come and go", 1, 0);
        pthread_join(passing, NULL);
    }
    printf("ok 100 forks beside threads that come and go\n");
    if (threads_here() < 2) batch_fail("the parent kept its workers", 0);
    free(b);
    return guidedmixup_mixer_destroy(mixer);
}

/*
 * The program's signals stay its own: SIGPIPE as it was, its handlers called, its mask unchanged, and a fault of its own code ends it as before.
 */
#define _GNU_SOURCE
#include "batch.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static guidedmixup_mixer *mixer;

static void use_library(void)
{
    batch *b = batch_make(1);
    if (!mixer && guidedmixup_mixer_create(NULL, &mixer)) batch_fail("guidedmixup_mixer_create", -1);
    batch_mix(b, mixer, 3);
    b->x.ndim = 3;
    if (guidedmixup_mix(mixer, &b->inputs, &b->outputs, NULL, NULL) != GUIDEDMIXUP_INVALID_ARGUMENT) batch_fail("guidedmixup_mix", 0);
    free(b);
}

static void own_handler(int number)
{
    _exit(number == SIGSEGV ? 42 : 43);
}

static void fault(void)
{
    volatile int *volatile nowhere = (int *)8;
    *nowhere = 1;
}

/* Each in a process that has not called the library yet. */
static int pipe_breaks(void)
{
    int ends[2];
    if (pipe(ends)) return 1;
    use_library();
    close(ends[0]);
    return write(ends[1], "x", 1) == 1 ? 2 : 3;
}

static int faults(void)
{
    use_library();
    fault();
    return 1;
}

static int faults_with_a_handler_from_before(void)
{
    signal(SIGSEGV, own_handler);
    use_library();
    fault();
    return 1;
}

static int faults_with_a_handler_from_after(void)
{
    use_library();
    signal(SIGSEGV, own_handler);
    use_library();
    fault();
    return 1;
}

static int keeps_mask_and_handlers(void)
{
    sigset_t before, after;
    struct sigaction now;
    signal(SIGINT, own_handler);
    signal(SIGPIPE, own_handler);
    sigemptyset(&before);
    sigaddset(&before, SIGUSR1);
    sigprocmask(SIG_SETMASK, &before, NULL);
    use_library();
    sigprocmask(SIG_SETMASK, NULL, &after);
    if (!sigismember(&after, SIGUSR1) || sigismember(&after, SIGUSR2) || sigismember(&after, SIGINT)) return 1;
    if (sigaction(SIGINT, NULL, &now) || now.sa_handler != own_handler) return 2;
    if (sigaction(SIGPIPE, NULL, &now) || now.sa_handler != own_handler) return 3;
    if (sigaction(SIGTERM, NULL, &now) || now.sa_handler != SIG_DFL) return 4;
    if (sigaction(SIGCHLD, NULL, &now) || now.sa_handler != SIG_DFL) return 5;
    return 0;
}

static void expect(const char *what, int (*run)(void), int exit_code, int end_signal)
{
    pid_t pid = fork();
    if (pid == 0) {
        alarm(60);
        _exit(run());
    }
    int status = 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid) batch_fail(what, -1);
    if (end_signal ? WIFSIGNALED(status) && WTERMSIG(status) == end_signal : WIFEXITED(status) && WEXITSTATUS(status) == exit_code) return;
    fprintf(stderr, "FAILED %s: the process ended with wait status 0x%x\n", what, (unsigned)status);
    exit(1);
}

int main(void)
{
    expect("a broken pipe", pipe_breaks, 0, SIGPIPE);
    expect("a fault of the program", faults, 0, SIGSEGV);
    expect("a fault, with a handler from before", faults_with_a_handler_from_before, 42, 0);
    expect("a fault, with a handler from after", faults_with_a_handler_from_after, 42, 0);
    expect("mask and handlers", keeps_mask_and_handlers, 0, 0);
    printf("ok the program's signals stay its own\n");
    return 0;
}

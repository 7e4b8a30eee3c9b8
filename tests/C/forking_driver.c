/* A CUDA driver without a GPU that forks while it starts, as the real one may to load its kernel module. */
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NO_DEVICE = 100 };

int cuInit(unsigned flags);

int cuInit(unsigned flags)
{
    (void)flags;
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    int status = 1;
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0 ? NO_DEVICE : 999;
}

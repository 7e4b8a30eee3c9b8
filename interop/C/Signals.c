/*
 * .NET's runtime has the whole process ignore SIGPIPE when it starts, by its one call of signal(). What becomes of a broken pipe is the program's
 * to decide, so the library is linked with this in that call's place (--wrap=signal).
 */
#include <stddef.h>

typedef void (*handler)(int);

handler __wrap_signal(int number, handler action);

handler __wrap_signal(int number, handler action)
{
    (void)number;
    (void)action;
    return NULL;
}

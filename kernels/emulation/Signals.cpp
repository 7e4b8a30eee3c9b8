// The handler does not jump: it changes where its return continues, so that the signal mask is restored as usual.
// The .NET runtime has handlers of its own for these signals; they are called for everything that is not a kernel's.
#include "Signals.h"
#include "Registry.h"

#include <csignal>
#include <pthread.h>
#include <ucontext.h>

namespace emulation
{

#if defined(__x86_64__) && defined(__linux__) && !defined(GUIDEDMIXUP_EMULATION_NO_SIGNALS)

namespace
{

constexpr int Signals[] = {SIGSEGV, SIGBUS, SIGFPE};
struct sigaction before[3];
volatile bool catching;
pthread_t runner;
void* faultAddress;
int faultSignal;
alignas(16) unsigned char lastStack[64 << 10]; // the fiber's own may be what overflowed

void Faulted()
{
    Fail(Fault::Illegal, faultSignal == SIGFPE ? "integer division by zero" : "illegal memory access (or a stack overflow)", faultSignal == SIGFPE ? nullptr : faultAddress);
}

void Handle(int signal, siginfo_t* info, void* context)
{
    if (catching && pthread_equal(pthread_self(), runner) && info->si_code > 0)
    {
        catching = false;
        faultAddress = info->si_addr, faultSignal = signal;
        greg_t* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
        registers[REG_RIP] = reinterpret_cast<greg_t>(&Faulted);
        registers[REG_RSP] = reinterpret_cast<greg_t>(lastStack + sizeof lastStack - 8); // as after a call
        return;
    }
    for (int i = 0; i < 3; i++)
    {
        if (Signals[i] != signal) continue;
        if ((before[i].sa_flags & SA_SIGINFO) != 0) before[i].sa_sigaction(signal, info, context);
        else if (before[i].sa_handler != SIG_DFL && before[i].sa_handler != SIG_IGN) before[i].sa_handler(signal);
        else sigaction(signal, &before[i], nullptr); // the access repeats, and ends the process as it would have
    }
}

} // namespace

void CatchFaults(bool on)
{
    static bool installed;
    if (!installed)
    {
        installed = true;
        struct sigaction action = {};
        action.sa_sigaction = Handle;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        for (int i = 0; i < 3; i++) sigaction(Signals[i], &action, &before[i]);
    }
    runner = pthread_self();
    catching = on;
}

#else

void CatchFaults(bool) {}

#endif

} // namespace emulation

// Changing from one stack to another: own code on x86-64, where a change costs a few nanoseconds; ucontext (two system calls) elsewhere.
#ifndef GUIDEDMIXUP_EMULATION_SWITCH_H
#define GUIDEDMIXUP_EMULATION_SWITCH_H

#include <cstddef>

namespace emulation
{

#if defined(__x86_64__) && !defined(GUIDEDMIXUP_EMULATION_UCONTEXT)

// Saves what a callee must preserve, and the stack pointer into *from; continues where `to` was saved.
// The floating-point control words are the same in all fibers, so they stay.
extern "C" void GuidedMixupEmulationSwitch(void** from, void* to);

asm(R"(
    .text
    .hidden GuidedMixupEmulationSwitch
    .globl GuidedMixupEmulationSwitch
    .type GuidedMixupEmulationSwitch, @function
GuidedMixupEmulationSwitch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size GuidedMixupEmulationSwitch, .-GuidedMixupEmulationSwitch
)");

inline void Switch(void** from, void* to) { GuidedMixupEmulationSwitch(from, to); }

/// What `Switch` continues to start `entry` on a stack that ends at `top`.
inline void* NewStack(unsigned char* bottom, unsigned char* top, void (*entry)())
{
    (void)bottom;
    void** p = reinterpret_cast<void**>(reinterpret_cast<std::size_t>(top) & ~static_cast<std::size_t>(63));
    *--p = nullptr; // where entry would return to; it never does, and this keeps the alignment a call would give
    *--p = reinterpret_cast<void*>(entry);
    for (int i = 0; i < 6; i++) *--p = nullptr;
    return p;
}

#else

} // namespace emulation
#include <new>
#include <ucontext.h>
namespace emulation
{

// A saved stack is a pointer to a context on the saver's own stack.
inline void Switch(void** from, void* to)
{
    ucontext_t here;
    *from = &here;
    swapcontext(&here, static_cast<ucontext_t*>(to));
}

inline void* NewStack(unsigned char* bottom, unsigned char* top, void (*entry)())
{
    // The context itself lies at the top, and the stack below it.
    std::size_t place = (reinterpret_cast<std::size_t>(top) - sizeof(ucontext_t)) & ~static_cast<std::size_t>(63);
    ucontext_t* context = new (reinterpret_cast<void*>(place)) ucontext_t;
    getcontext(context);
    context->uc_stack.ss_sp = bottom;
    context->uc_stack.ss_size = place - reinterpret_cast<std::size_t>(bottom);
    context->uc_link = nullptr;
    makecontext(context, entry, 0);
    return context;
}

#endif

} // namespace emulation

#endif

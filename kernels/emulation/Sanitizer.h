// What ThreadSanitizer is told of fibers, and AddressSanitizer of memory; nothing at all in other builds.
#ifndef GUIDEDMIXUP_EMULATION_SANITIZER_H
#define GUIDEDMIXUP_EMULATION_SANITIZER_H

#include "Switch.h"

#if defined(GUIDEDMIXUP_EMULATION_TSAN)
#include <sanitizer/tsan_interface.h>
#endif
#if defined(GUIDEDMIXUP_EMULATION_ASAN)
#include <sanitizer/asan_interface.h>
#endif

namespace emulation
{

#if defined(GUIDEDMIXUP_EMULATION_TSAN)
inline void* NewSanitizerFiber() { return __tsan_create_fiber(0); }
inline void* CurrentSanitizerFiber() { return __tsan_get_current_fiber(); }
#else
inline void* NewSanitizerFiber() { return nullptr; }
inline void* CurrentSanitizerFiber() { return nullptr; }
#endif

/// ThreadSanitizer must not take a change of fibers for synchronisation (flag 1): only barriers and meetings are.
inline void SwitchTo(void** from, void* to, void* sanitizer)
{
#if defined(GUIDEDMIXUP_EMULATION_TSAN)
    __tsan_switch_to_fiber(sanitizer, 1);
#else
    (void)sanitizer;
#endif
    Switch(from, to);
}

inline void Release(void* token)
{
    (void)token;
#if defined(GUIDEDMIXUP_EMULATION_TSAN)
    __tsan_release(token);
#endif
}

inline void Acquire(void* token)
{
    (void)token;
#if defined(GUIDEDMIXUP_EMULATION_TSAN)
    __tsan_acquire(token);
#endif
}

/// Accesses of a kernel to this memory are reported.
inline void Poison(void* from, std::size_t size)
{
    (void)from, (void)size;
#if defined(GUIDEDMIXUP_EMULATION_ASAN)
    __asan_poison_memory_region(from, size);
#endif
}

inline void Unpoison(void* from, std::size_t size)
{
    (void)from, (void)size;
#if defined(GUIDEDMIXUP_EMULATION_ASAN)
    __asan_unpoison_memory_region(from, size);
#endif
}

} // namespace emulation

#endif

// What tests ask of the emulation beyond the driver API. Plain C, exported; mirrored by the C# tests.
#ifndef GUIDEDMIXUP_EMULATION_API_H
#define GUIDEDMIXUP_EMULATION_API_H

#define GUIDEDMIXUP_EXPORT extern "C" __attribute__((visibility("default")))

/// Runs one kernel without any driver: 0, or the Fault, and its message. For trying a kernel by itself.
GUIDEDMIXUP_EXPORT int GuidedMixupEmulationRun(const char* kernel, const unsigned* grid, const unsigned* block, unsigned dynamicShared, void** arguments, char* message, int messageSize);

/// Order of fibers and blocks (0: plain), and the errors of Log2 and Exp2 (0: none).
/// The environment's GUIDEDMIXUP_EMULATION_SEED sets both at load.
GUIDEDMIXUP_EXPORT void GuidedMixupEmulationSeed(unsigned long long order, unsigned long long approximation);

/// "compute_capability" (90), "max_shared_optin" (232448), "multiprocessors", "device_count", "driver_version", "memory_bytes": 0, or 1 if there is no such setting.
GUIDEDMIXUP_EXPORT int GuidedMixupEmulationConfigure(const char* setting, long long value);

/// Images for these targets ("sm_90,sm_80"; null or "": none) are refused with CUDA_ERROR_NO_BINARY_FOR_GPU.
GUIDEDMIXUP_EXPORT void GuidedMixupEmulationRefuseTargets(const char* targets);

/// The k-th call from now (1: the next) of this driver function returns `status` and does nothing. k = 0: no longer. Null function: the k-th call of any.
GUIDEDMIXUP_EXPORT void GuidedMixupEmulationFailCall(const char* function, int k, int status);

/// How often a driver function was called since the last reset; null: all calls.
GUIDEDMIXUP_EXPORT long long GuidedMixupEmulationCalls(const char* function);

/// launches (accepted cuLaunchKernel calls, captured ones too), kernels run, graph launches, copies, memsets, synchronisations, allocations, frees, module loads.
GUIDEDMIXUP_EXPORT void GuidedMixupEmulationCounters(long long counters[9]);
GUIDEDMIXUP_EXPORT void GuidedMixupEmulationResetCounters(void);

/// The last fault or refusal in words (kernel, block, thread); its length without the end.
GUIDEDMIXUP_EXPORT int GuidedMixupEmulationMessage(char* text, int size);

/// Bytes of device and pinned memory now allocated, and live handles (contexts, streams, events, modules, graphs): for tests of leaks.
GUIDEDMIXUP_EXPORT long long GuidedMixupEmulationAllocatedBytes(void);
GUIDEDMIXUP_EXPORT long long GuidedMixupEmulationLiveHandles(void);

/// From now on every launch that runs is written to this file, with the memory it was given before and after (Record.h); null: no longer.
/// 0, or 1 where the file cannot be written.
GUIDEDMIXUP_EXPORT int GuidedMixupEmulationRecord(const char* path);

/// What shared memory holds before a block starts, in every byte; 0xFF at first. The results must not depend on it.
GUIDEDMIXUP_EXPORT void GuidedMixupEmulationFill(int byte);

/// Built with GUIDEDMIXUP_EMULATION_BARRIERS only: this __syncthreads ("File.cu:12") does nothing from now on; null: all do what they should.
GUIDEDMIXUP_EXPORT void GuidedMixupEmulationDropBarrier(const char* site);

/// In that build: the places of the barriers that were reached since the last call, a space after each; the length without the end.
GUIDEDMIXUP_EXPORT int GuidedMixupEmulationBarriers(char* text, int size);

/// Back to the defaults: settings, ordered failures, refused targets, counters, seeds; sticky errors are forgotten, captures abandoned.
GUIDEDMIXUP_EXPORT void GuidedMixupEmulationReset(void);

#endif

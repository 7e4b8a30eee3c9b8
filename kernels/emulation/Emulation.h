// CUDA's names for g++: the kernels' own sources run as a grid on the CPU. A thread is a fiber, a block is its fibers on one OS thread,
// and the blocks of a grid run one after another: so the emulation finds faults within a block, and needs no atomic for a block's sake.
#ifndef GUIDEDMIXUP_EMULATION_H
#define GUIDEDMIXUP_EMULATION_H

// The kernels are compiled inside a namespace, so whatever of the C++ library they may include is included before.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

namespace emulation
{

struct Dim3 { unsigned x, y, z; };

/// What a warp's lanes meet for. Lanes that meet for different things are a fault of the kernel.
enum class Meeting : unsigned char { None, Sync, ShuffleXor, ShuffleDown, Shuffle, Ballot };

/// Why a grid did not finish; the driver turns it into a status.
enum class Fault { None, Illegal, Misaligned, Deadlock, Divergent };

struct Fiber
{
    Dim3 thread;
    void* stack;          // saved stack pointer while another fiber runs
    unsigned index;       // x fastest, as in CUDA; a warp is 32 in a row
    bool finished, atBarrier;
    Meeting meeting;
    unsigned mask, value, argument, result;
    void* sanitizer;      // ThreadSanitizer's fiber
};

/// The grid that runs now: one at a time in a process, so plain globals, which cost nothing to read.
struct Grid { Dim3 block, blockSize, gridSize; unsigned char* dynamicShared; };

extern Fiber* current;
extern Grid grid;
extern std::uint64_t approximationSeed;

void BlockBarrier();
void BlockBarrierAt(const char* file, int line);
void WarpBarrierAt(const char* file, int line, unsigned mask);
unsigned WarpMeet(Meeting meeting, unsigned mask, unsigned value, unsigned argument);
[[noreturn]] void Fail(Fault fault, const char* what, const void* address);

template <typename To, typename From>
inline To BitCast(From from)
{
    static_assert(sizeof(To) == sizeof(From), "same size");
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}

/// A barrier of a warp, by its place.
struct WarpBarrier
{
    const char* file;
    int line;
    void operator()(unsigned mask = 0xFFFFFFFFu) const { WarpBarrierAt(file, line, mask); }
};

/// A device refuses a vector access that is not aligned to its own size.
inline void CheckAligned(const void* p, std::size_t size, const char* what)
{
    if (__builtin_expect(reinterpret_cast<std::uintptr_t>(p) % size != 0, 0)) Fail(Fault::Misaligned, what, p);
}

/// A number in [-1, 1] that depends on the argument and the seed only, as an approximation's error does: not on the order of threads.
/// Seed 0: no error at all.
inline float Error(float x, std::uint64_t salt)
{
    if (approximationSeed == 0) return 0;
    std::uint64_t h = (BitCast<std::uint32_t>(x) + salt + approximationSeed) * 0x9E3779B97F4A7C15u;
    h = (h ^ (h >> 29)) * 0xBF58476D1CE4E5B9u;
    h ^= h >> 32;
    return static_cast<float>(static_cast<std::int32_t>(static_cast<std::uint32_t>(h)) * (1.0 / 2147483648.0));
}

} // namespace emulation

#define __global__
#define __device__
#define __host__
#define __constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)

// One section a source file (build.sh names it), so that the grid can fill a block's arrays before the block starts.
#define GUIDEDMIXUP_QUOTE_(x) #x
#define GUIDEDMIXUP_QUOTE(x) GUIDEDMIXUP_QUOTE_(x)
#if defined(__SANITIZE_ADDRESS__)
#define __shared__ static // arrays in sections of their own get no red zones
#else
#define __shared__ static __attribute__((section("guidedmixup_shared_" GUIDEDMIXUP_QUOTE(GUIDEDMIXUP_UNIT))))
#endif
#define DYNAMIC_SHARED(Type, name) Type* name = reinterpret_cast<Type*>(::emulation::grid.dynamicShared)

#define threadIdx (::emulation::current->thread)
#define blockIdx (::emulation::grid.block)
#define blockDim (::emulation::grid.blockSize)
#define gridDim (::emulation::grid.gridSize)

struct alignas(16) Float4 { float x, y, z, w; };
struct alignas(16) Uint4 { unsigned x, y, z, w; };
struct alignas(8) Float2 { float x, y; };

#if defined(GUIDEDMIXUP_EMULATION_BARRIERS)
// So that each can be left out, to show that it is missed.
#define __syncthreads() ::emulation::BlockBarrierAt(__FILE_NAME__, __LINE__)
#define __syncwarp (::emulation::WarpBarrier{__FILE_NAME__, __LINE__})
#else
inline void __syncthreads() { ::emulation::BlockBarrier(); }
inline void __syncwarp(unsigned mask = 0xFFFFFFFFu) { ::emulation::WarpMeet(::emulation::Meeting::Sync, mask, 0, 0); }
#endif
inline void __threadfence() { asm volatile("" ::: "memory"); } // blocks share one OS thread: only the compiler must not reorder

inline int __float_as_int(float v) { return ::emulation::BitCast<int>(v); }
inline float __int_as_float(int v) { return ::emulation::BitCast<float>(v); }
inline unsigned __float_as_uint(float v) { return ::emulation::BitCast<unsigned>(v); }
inline float __uint_as_float(unsigned v) { return ::emulation::BitCast<float>(v); }

#define GUIDEDMIXUP_SHUFFLE(T) \
    inline T __shfl_xor_sync(unsigned mask, T v, int lane) \
    { return ::emulation::BitCast<T>(::emulation::WarpMeet(::emulation::Meeting::ShuffleXor, mask, ::emulation::BitCast<unsigned>(v), (unsigned)lane)); } \
    inline T __shfl_down_sync(unsigned mask, T v, unsigned by) \
    { return ::emulation::BitCast<T>(::emulation::WarpMeet(::emulation::Meeting::ShuffleDown, mask, ::emulation::BitCast<unsigned>(v), by)); } \
    inline T __shfl_sync(unsigned mask, T v, int lane) \
    { return ::emulation::BitCast<T>(::emulation::WarpMeet(::emulation::Meeting::Shuffle, mask, ::emulation::BitCast<unsigned>(v), (unsigned)lane)); }
GUIDEDMIXUP_SHUFFLE(int)
GUIDEDMIXUP_SHUFFLE(unsigned)
GUIDEDMIXUP_SHUFFLE(float)
#undef GUIDEDMIXUP_SHUFFLE

inline unsigned __ballot_sync(unsigned mask, bool predicate) { return ::emulation::WarpMeet(::emulation::Meeting::Ballot, mask, predicate, 0); }

inline int atomicAdd(int* p, int v) { ::emulation::CheckAligned(p, 4, "atomicAdd"); return __atomic_fetch_add(p, v, __ATOMIC_RELAXED); }
inline unsigned long long atomicAdd(unsigned long long* p, unsigned long long v)
{
    ::emulation::CheckAligned(p, 8, "atomicAdd");
    return __atomic_fetch_add(p, v, __ATOMIC_RELAXED);
}
inline int atomicOr(int* p, int v) { ::emulation::CheckAligned(p, 4, "atomicOr"); return __atomic_fetch_or(p, v, __ATOMIC_RELAXED); }

/// lg2.approx.f32: for 0.5 < x < 2 the documented bound is an absolute 2^-22, elsewhere a relative 2^-22.
inline float Log2(float x)
{
    double exact = std::log2(static_cast<double>(x));
    if (!(x > 0) || x > 3.4e38f || x == 1.0f) return static_cast<float>(exact);
    double bound = x > 0.5f && x < 2.0f ? 0x1p-22 : 0x1p-22 * std::fabs(exact);
    return static_cast<float>(exact + bound * 0.99 * ::emulation::Error(x, 1));
}

/// ex2.approx.f32: the documented bound is 2 ulp, of a result that is itself rounded; a relative 2^-22 says the same at its widest.
inline float Exp2(float x)
{
    double exact = std::exp2(static_cast<double>(x));
    return static_cast<float>(exact * (1 + 0x1p-22 * 0.99 * ::emulation::Error(x, 2)));
}

inline Float4 Load4(const float* p) { ::emulation::CheckAligned(p, 16, "Load4"); return *reinterpret_cast<const Float4*>(p); }
inline void Store4(float* p, Float4 v) { ::emulation::CheckAligned(p, 16, "Store4"); *reinterpret_cast<Float4*>(p) = v; }
inline void StoreStreaming4(float* p, Float4 v) { Store4(p, v); }
inline Uint4 LoadRaw16(const void* p)
{
    ::emulation::CheckAligned(p, 16, "LoadRaw16");
    Uint4 v;
    std::memcpy(&v, __builtin_assume_aligned(p, 16), sizeof v);
    return v;
}
inline void StoreRaw16(void* p, Uint4 v) { ::emulation::CheckAligned(p, 16, "StoreRaw16"); std::memcpy(__builtin_assume_aligned(p, 16), &v, sizeof v); }

#endif

// What the kernels use of CUDA, for three compilers: clang without a CUDA SDK (the committed PTX), nvcc, and g++ (the emulated grid).
// Only what is named here may be used; nothing here is inline assembly.
#ifndef GUIDEDMIXUP_CUDA_H
#define GUIDEDMIXUP_CUDA_H

#if defined(GUIDEDMIXUP_EMULATION)
#include "emulation/Emulation.h"
#else

struct alignas(16) Float4 { float x, y, z, w; };
struct alignas(16) Uint4 { unsigned x, y, z, w; };

#if defined(__CUDACC_VER_MAJOR__)

// nvcc declares the rest itself.
__device__ __forceinline__ float Log2(float x) { return __log2f(x); }
__device__ __forceinline__ float Exp2(float x) { return exp2f(x); }

__device__ __forceinline__ Float4 Load4(const float* p)
{
    float4 v = *reinterpret_cast<const float4*>(p);
    return {v.x, v.y, v.z, v.w};
}

__device__ __forceinline__ void Store4(float* p, Float4 v) { *reinterpret_cast<float4*>(p) = make_float4(v.x, v.y, v.z, v.w); }

__device__ __forceinline__ Uint4 LoadRaw16(const void* p)
{
    uint4 v = *reinterpret_cast<const uint4*>(p);
    return {v.x, v.y, v.z, v.w};
}

__device__ __forceinline__ void StoreRaw16(void* p, Uint4 v) { *reinterpret_cast<uint4*>(p) = make_uint4(v.x, v.y, v.z, v.w); }

#else

#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
#define __host__ __attribute__((host))
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))

struct uint3 { unsigned x, y, z; };
struct dim3 { unsigned x, y, z; };
#include <__clang_cuda_builtin_vars.h>

// __syncthreads is one of clang's own builtins.
__device__ __forceinline__ void __syncwarp(unsigned mask = 0xFFFFFFFFu) { __nvvm_bar_warp_sync(mask); }
__device__ __forceinline__ void __threadfence() { __nvvm_membar_gl(); }

__device__ __forceinline__ int __float_as_int(float v) { return __builtin_bit_cast(int, v); }
__device__ __forceinline__ float __int_as_float(int v) { return __builtin_bit_cast(float, v); }

// The last argument is the clamp of a whole warp.
__device__ __forceinline__ int __shfl_xor_sync(unsigned mask, int v, int lane) { return __nvvm_shfl_sync_bfly_i32(mask, v, lane, 31); }
__device__ __forceinline__ int __shfl_down_sync(unsigned mask, int v, unsigned by) { return __nvvm_shfl_sync_down_i32(mask, v, by, 31); }
__device__ __forceinline__ int __shfl_sync(unsigned mask, int v, int lane) { return __nvvm_shfl_sync_idx_i32(mask, v, lane, 31); }

__device__ __forceinline__ unsigned __shfl_xor_sync(unsigned mask, unsigned v, int lane) { return __shfl_xor_sync(mask, (int)v, lane); }
__device__ __forceinline__ unsigned __shfl_down_sync(unsigned mask, unsigned v, unsigned by) { return __shfl_down_sync(mask, (int)v, by); }
__device__ __forceinline__ unsigned __shfl_sync(unsigned mask, unsigned v, int lane) { return __shfl_sync(mask, (int)v, lane); }

__device__ __forceinline__ float __shfl_xor_sync(unsigned mask, float v, int lane) { return __nvvm_shfl_sync_bfly_f32(mask, v, lane, 31); }
__device__ __forceinline__ float __shfl_down_sync(unsigned mask, float v, unsigned by) { return __nvvm_shfl_sync_down_f32(mask, v, by, 31); }
__device__ __forceinline__ float __shfl_sync(unsigned mask, float v, int lane) { return __nvvm_shfl_sync_idx_f32(mask, v, lane, 31); }

__device__ __forceinline__ unsigned __ballot_sync(unsigned mask, bool predicate) { return __nvvm_vote_ballot_sync(mask, predicate); }

__device__ __forceinline__ int atomicAdd(int* p, int v) { return __nvvm_atom_add_gen_i(p, v); }
__device__ __forceinline__ int atomicOr(int* p, int v) { return __nvvm_atom_or_gen_i(p, v); }
__device__ __forceinline__ unsigned long long atomicAdd(unsigned long long* p, unsigned long long v)
{
    return (unsigned long long)__nvvm_atom_add_gen_ll((long long*)p, (long long)v);
}

__device__ __forceinline__ float fmaf(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
__device__ __forceinline__ double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
__device__ __forceinline__ float fmaxf(float a, float b) { return __builtin_fmaxf(a, b); }
__device__ __forceinline__ float fminf(float a, float b) { return __builtin_fminf(a, b); }
__device__ __forceinline__ float fabsf(float a) { return __builtin_fabsf(a); }
__device__ __forceinline__ float sqrtf(float a) { return __builtin_sqrtf(a); }
__device__ __forceinline__ double sqrt(double a) { return __builtin_sqrt(a); }
__device__ __forceinline__ float Log2(float x) { return __nvvm_lg2_approx_f(x); }
__device__ __forceinline__ float Exp2(float x) { return __nvvm_ex2_approx_f(x); }

// A struct of four is loaded piece by piece; a vector is loaded at once.
typedef float FloatVector4 __attribute__((ext_vector_type(4)));
typedef unsigned UintVector4 __attribute__((ext_vector_type(4)));

__device__ __forceinline__ Float4 Load4(const float* p)
{
    FloatVector4 v = *reinterpret_cast<const FloatVector4*>(p);
    return {v.x, v.y, v.z, v.w};
}

__device__ __forceinline__ void Store4(float* p, Float4 v)
{
    FloatVector4 u = {v.x, v.y, v.z, v.w};
    *reinterpret_cast<FloatVector4*>(p) = u;
}

__device__ __forceinline__ Uint4 LoadRaw16(const void* p)
{
    UintVector4 v = *reinterpret_cast<const UintVector4*>(p);
    return {v.x, v.y, v.z, v.w};
}

__device__ __forceinline__ void StoreRaw16(void* p, Uint4 v)
{
    UintVector4 u = {v.x, v.y, v.z, v.w};
    *reinterpret_cast<UintVector4*>(p) = u;
}

#endif

// The dynamic shared memory of a kernel, once per kernel: DYNAMIC_SHARED(float, plane); then plane[0 … n).
extern __shared__ __attribute__((aligned(16))) unsigned char DynamicSharedBytes[];
#define DYNAMIC_SHARED(Type, name) Type* name = reinterpret_cast<Type*>(DynamicSharedBytes)

#endif
#endif

// A CUDA driver that times launches: its one dependency is the driver (or the emulated one), so that whoever looks up a driver function here finds
// the driver's own, except the two below. Named by GUIDEDMIXUP_CUDA_DRIVER, built by tests/gpu/pack. One thread, one stream at a time.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
enum { MOST_LAUNCHES = 64, MOST_FUNCTIONS = 1024 };
typedef struct { char name[128]; int shape[7]; void *before, *after; float microseconds; } Launch;
typedef struct { void* function; char name[64]; } Named;

static Launch launches[MOST_LAUNCHES];
static Named functions[MOST_FUNCTIONS];
static int named, count, repetitions, isOn, failure;
static size_t flushBytes, flushSize;
static void *flush, *context; // a device pointer, and the launches' context

#define CALL(name, ...) do { static int (*f)(); if (!f) *(void**)&f = dlsym(RTLD_NEXT, #name); int s = f ? f(__VA_ARGS__) : 500; if (s && !failure) failure = s; } while (0)

EXPORT int cuModuleGetFunction(void** function, void* module, const char* name)
{
    static int (*get)(void**, void*, const char*);
    if (!get) *(void**)&get = dlsym(RTLD_NEXT, "cuModuleGetFunction");
    int status = get(function, module, name);
    if (!status && named < MOST_FUNCTIONS) {
        functions[named].function = *function;
        snprintf(functions[named++].name, sizeof functions[0].name, "%s", name);
    }
    return status;
}

EXPORT int cuLaunchKernel(void* function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY, unsigned blockZ,
    unsigned shared, void* stream, void** arguments, void** extra)
{
    static int (*launch)(void*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void*, void**, void**);
    if (!launch) *(void**)&launch = dlsym(RTLD_NEXT, "cuLaunchKernel");
    if (!isOn || count == MOST_LAUNCHES) return launch(function, gridX, gridY, gridZ, blockX, blockY, blockZ, shared, stream, arguments, extra);
    Launch* now = &launches[count++];
    now->name[0] = 0;
    for (int i = 0; i < named; i++)
        if (functions[i].function == function) strcpy(now->name, functions[i].name);
    int registers = -1, fixedShared = -1, local = -1;
    CALL(cuFuncGetAttribute, &registers, 4, function);
    CALL(cuFuncGetAttribute, &fixedShared, 1, function);
    CALL(cuFuncGetAttribute, &local, 3, function);
    int shape[7] = {gridX, gridY, blockX, shared, registers, fixedShared, local};
    memcpy(now->shape, shape, sizeof shape);
    CALL(cuCtxGetCurrent, &context);
    CALL(cuEventCreate, &now->before, 0u);
    CALL(cuEventCreate, &now->after, 0u);
    if (flushBytes > flushSize) {
        CALL(cuMemAlloc_v2, &flush, flushBytes);
        flushSize = flushBytes;
    }
    if (flushBytes) CALL(cuMemsetD32Async, flush, 0u, flushBytes / 4, stream);
    CALL(cuEventRecord, now->before, stream);
    int status = 0;
    for (int i = 0; i < repetitions && !status; i++)
        status = launch(function, gridX, gridY, gridZ, blockX, blockY, blockZ, shared, stream, arguments, extra);
    CALL(cuEventRecord, now->after, stream);
    return status;
}

// From now on each launch runs so often between two events, behind a clear of so many bytes.
EXPORT void GuidedMixupLaunchesBegin(int times, long bytes)
{
    count = failure = 0;
    repetitions = times;
    flushBytes = (size_t)bytes;
    isOn = 1;
}

// The number of launches timed, or minus what the driver answered.
EXPORT int GuidedMixupLaunchesEnd(void)
{
    isOn = 0;
    if (!count) return -failure;
    void* popped;
    CALL(cuCtxPushCurrent_v2, context);
    for (int i = 0; i < count; i++) {
        float milliseconds = 0;
        CALL(cuEventSynchronize, launches[i].after);
        CALL(cuEventElapsedTime, &milliseconds, launches[i].before, launches[i].after);
        launches[i].microseconds = milliseconds * 1000 / repetitions;
        CALL(cuEventDestroy_v2, launches[i].before);
        CALL(cuEventDestroy_v2, launches[i].after);
    }
    CALL(cuCtxPopCurrent_v2, &popped);
    return failure ? -failure : count;
}

EXPORT void GuidedMixupLaunchesRead(int i, char* name, int* shape, float* microseconds)
{
    strcpy(name, launches[i].name);
    memcpy(shape, launches[i].shape, sizeof launches[i].shape);
    *microseconds = launches[i].microseconds;
}

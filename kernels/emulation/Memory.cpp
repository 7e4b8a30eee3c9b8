// "Device" memory is host memory between two unmapped pages, so that a kernel's stray access faults; margins inside the pages hold a pattern.
#include "Driver.h"

#include <cstring>
#include <sys/mman.h>

namespace emulation
{

namespace
{

constexpr std::size_t Page = 4096, Alignment = 256; // cuMemAlloc's own
constexpr unsigned char Canary = 0xCB;
constexpr std::size_t FillLimit = std::size_t(256) << 20;

std::size_t Up(std::size_t n, std::size_t to) { return (n + to - 1) / to * to; }

/// What a copy's device side is: inside one allocation, alive.
bool IsDevice(std::uintptr_t p, std::size_t size)
{
    const Allocation* a = FindAllocation(p, size);
    return a != nullptr && !a->host;
}

Status Copy(void* to, const void* from, std::size_t size, bool toDevice, bool fromDevice)
{
    if (toDevice && !IsDevice(reinterpret_cast<std::uintptr_t>(to), size)) return InvalidValue;
    if (fromDevice && !IsDevice(reinterpret_cast<std::uintptr_t>(from), size)) return InvalidValue;
    std::memmove(to, from, size);
    return Success;
}

Status EnqueueCopy(void* stream, void* to, const void* from, std::size_t size, bool toDevice, bool fromDevice)
{
    if (size == 0) return Success;
    if (to == nullptr || from == nullptr) return InvalidValue;
    if (toDevice && !IsDevice(reinterpret_cast<std::uintptr_t>(to), size)) return InvalidValue;
    if (fromDevice && !IsDevice(reinterpret_cast<std::uintptr_t>(from), size)) return InvalidValue;
    return Enqueue(stream, Work::Copy, [=] { return Copy(to, from, size, toDevice, fromDevice) == Success ? Success : IllegalAddress; });
}

/// The calls without a stream wait for the copy, so they count as synchronisations.
Status CopyNow(void* to, const void* from, std::size_t size, bool toDevice, bool fromDevice)
{
    Context* c;
    CHECK(CurrentContext(c));
    CHECK(RefuseInCapture());
    Driver().counters.copies++;
    Driver().counters.synchronisations++;
    return Copy(to, from, size, toDevice, fromDevice);
}

template <typename T>
Status EnqueueSet(void* stream, std::uintptr_t p, T value, std::size_t count)
{
    if (count == 0) return Success;
    if (p % sizeof(T) != 0 || !IsDevice(p, count * sizeof(T))) return InvalidValue;
    return Enqueue(stream, Work::Memset, [=] {
        if (!IsDevice(p, count * sizeof(T))) return IllegalAddress;
        for (std::size_t i = 0; i < count; i++) reinterpret_cast<T*>(p)[i] = value;
        return Success;
    });
}

Status AllocateHost(void** p, std::size_t size)
{
    Context* c;
    CHECK(CurrentContext(c));
    CHECK(RefuseInCapture());
    std::uintptr_t base;
    CHECK(Allocate(size, c, c, c->device, true, base));
    *p = reinterpret_cast<void*>(base);
    return Success;
}

} // namespace

Status Allocate(std::size_t size, Context* context, Context* owner, int device, bool host, std::uintptr_t& base)
{
    State& d = Driver();
    if (size == 0) return InvalidValue;
    if (size > std::size_t(1) << 46 || (!host && d.allocatedBytes + static_cast<long long>(size) > d.configuration.memoryBytes)) return OutOfMemory;
    std::size_t whole = Up(Up(size, Alignment), Page);
    void* map = mmap(nullptr, whole + 2 * Page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) return OutOfMemory;
    unsigned char* inner = static_cast<unsigned char*>(map) + Page;
    if (mprotect(inner, whole, PROT_READ | PROT_WRITE) != 0) { munmap(map, whole + 2 * Page); return OutOfMemory; }
    // As far back as alignment allows: most overruns are forwards.
    unsigned char* start = inner + whole - Up(size, Alignment);
    std::memset(inner, Canary, static_cast<std::size_t>(start - inner));
    std::memset(start + size, Canary, static_cast<std::size_t>(inner + whole - start) - size);
    // What a device leaves in new memory is anybody's guess; a NaN shows when it is used.
    if (size <= FillLimit) std::memset(start, 0xFF, size);
    base = reinterpret_cast<std::uintptr_t>(start);
    d.allocations[base] = {base, size, inner, whole, context, owner, device, host, d.nextAllocation++};
    d.allocatedBytes += static_cast<long long>(size);
    d.counters.allocations++;
    return Success;
}

const Allocation* FindAllocation(std::uintptr_t p, std::size_t size)
{
    auto next = Driver().allocations.upper_bound(p);
    if (next == Driver().allocations.begin()) return nullptr;
    const Allocation& a = std::prev(next)->second;
    return p - a.base < a.size && size <= a.size - (p - a.base) ? &a : nullptr;
}

static bool IsDamaged(const Allocation& a)
{
    const unsigned char *start = reinterpret_cast<unsigned char*>(a.base), *end = a.map + a.mapSize;
    for (const unsigned char* p = a.map; p < start; p++)
        if (*p != Canary) return true;
    for (const unsigned char* p = start + a.size; p < end; p++)
        if (*p != Canary) return true;
    return false;
}

Status CheckCanaries(Context* context)
{
    for (const auto& entry : Driver().allocations)
    {
        const Allocation& a = entry.second;
        if (a.owner != context || !IsDamaged(a)) continue;
        Report("the memory around an allocation of " + std::to_string(a.size) + " bytes was written");
        context->sticky = IllegalAddress;
    }
    return context->sticky;
}

Status Free(std::uintptr_t base)
{
    State& d = Driver();
    auto found = d.allocations.find(base);
    if (found == d.allocations.end()) return InvalidValue;
    Allocation a = found->second;
    Status status = Success;
    if (IsDamaged(a))
    {
        Report("the memory around an allocation of " + std::to_string(a.size) + " bytes was written");
        if (a.owner != nullptr) status = a.owner->sticky = IllegalAddress;
    }
    munmap(a.map - Page, a.mapSize + 2 * Page);
    d.allocatedBytes -= static_cast<long long>(a.size);
    d.allocations.erase(found);
    d.counters.frees++;
    return status;
}

} // namespace emulation

using namespace emulation;

EXPORT cuMemAlloc_v2(std::uintptr_t* p, std::size_t size)
{
    ENTER(cuMemAlloc_v2);
    Context* c;
    CHECK(CurrentContext(c));
    CHECK(RefuseInCapture());
    return Allocate(size, c, c, c->device, false, *p);
}

EXPORT cuMemFree_v2(std::uintptr_t p)
{
    ENTER(cuMemFree_v2);
    if (p == 0) return Success;
    Context* c;
    CHECK(CurrentContext(c));
    CHECK(RefuseInCapture());
    const Allocation* a = FindAllocation(p, 1);
    if (a == nullptr || a->host) return InvalidValue;
    return Free(p);
}

/// Memory of a device's pool belongs to no context, as torch's does when it uses cudaMallocAsync.
EXPORT cuMemAllocAsync(std::uintptr_t* p, std::size_t size, void* stream)
{
    ENTER(cuMemAllocAsync);
    Stream* s;
    CHECK(FindStream(stream, s));
    CHECK(RefuseInCapture());
    return Allocate(size, nullptr, s->context, s->context->device, false, *p);
}

EXPORT cuMemFreeAsync(std::uintptr_t p, void* stream)
{
    ENTER(cuMemFreeAsync);
    Stream* s;
    CHECK(FindStream(stream, s));
    CHECK(RefuseInCapture());
    return p == 0 ? Success : Free(p);
}

EXPORT cuMemAllocHost_v2(void** p, std::size_t size) { ENTER(cuMemAllocHost_v2); return AllocateHost(p, size); }
EXPORT cuMemHostAlloc(void** p, std::size_t size, unsigned) { ENTER(cuMemHostAlloc); return AllocateHost(p, size); }

EXPORT cuMemFreeHost(void* p)
{
    ENTER(cuMemFreeHost);
    if (p == nullptr) return Success;
    const Allocation* a = FindAllocation(reinterpret_cast<std::uintptr_t>(p), 1);
    if (a == nullptr || !a->host) return InvalidValue;
    CHECK(RefuseInCapture());
    return Free(reinterpret_cast<std::uintptr_t>(p));
}

EXPORT cuMemGetInfo_v2(std::size_t* available, std::size_t* total)
{
    ENTER(cuMemGetInfo_v2);
    Context* c;
    CHECK(CurrentContext(c));
    *total = static_cast<std::size_t>(Driver().configuration.memoryBytes);
    *available = *total - static_cast<std::size_t>(Driver().allocatedBytes);
    return Success;
}

EXPORT cuMemcpyHtoD_v2(void* to, const void* from, std::size_t size) { ENTER(cuMemcpyHtoD_v2); return CopyNow(to, from, size, true, false); }
EXPORT cuMemcpyDtoH_v2(void* to, const void* from, std::size_t size) { ENTER(cuMemcpyDtoH_v2); return CopyNow(to, from, size, false, true); }
EXPORT cuMemcpyDtoD_v2(void* to, const void* from, std::size_t size) { ENTER(cuMemcpyDtoD_v2); return CopyNow(to, from, size, true, true); }
EXPORT cuMemcpyHtoDAsync_v2(void* to, const void* from, std::size_t size, void* stream) { ENTER(cuMemcpyHtoDAsync_v2); return EnqueueCopy(stream, to, from, size, true, false); }
EXPORT cuMemcpyDtoHAsync_v2(void* to, const void* from, std::size_t size, void* stream) { ENTER(cuMemcpyDtoHAsync_v2); return EnqueueCopy(stream, to, from, size, false, true); }
EXPORT cuMemcpyDtoDAsync_v2(void* to, const void* from, std::size_t size, void* stream) { ENTER(cuMemcpyDtoDAsync_v2); return EnqueueCopy(stream, to, from, size, true, true); }
EXPORT cuMemcpyAsync(void* to, const void* from, std::size_t size, void* stream) { ENTER(cuMemcpyAsync); return EnqueueCopy(stream, to, from, size, false, false); }
EXPORT cuMemsetD8Async(std::uintptr_t p, unsigned char value, std::size_t count, void* stream) { ENTER(cuMemsetD8Async); return EnqueueSet(stream, p, value, count); }
EXPORT cuMemsetD32Async(std::uintptr_t p, unsigned value, std::size_t count, void* stream) { ENTER(cuMemsetD32Async); return EnqueueSet(stream, p, value, count); }

EXPORT cuPointerGetAttribute(void* data, int attribute, std::uintptr_t p)
{
    ENTER(cuPointerGetAttribute);
    const Allocation* a = FindAllocation(p, 1);
    if (a == nullptr || data == nullptr) return InvalidValue; // pageable host memory, too: the driver has never heard of it
    switch (attribute)
    {
        case 1: *static_cast<Context**>(data) = a->context; return Success;
        case 2: *static_cast<unsigned*>(data) = a->host ? 1 : 2; return Success;
        case 3: case 4: if (attribute == 4 && !a->host) return InvalidValue; *static_cast<std::uintptr_t*>(data) = p; return Success;
        case 8: *static_cast<unsigned*>(data) = 0; return Success;
        case 9: *static_cast<int*>(data) = a->device; return Success;
        default: return InvalidValue;
    }
}

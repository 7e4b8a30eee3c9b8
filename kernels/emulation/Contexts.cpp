// Initialisation, devices and contexts: each OS thread has its stack of current contexts, each device its primary one.
#include "Driver.h"

#include <cstdio>
#include <cstring>

namespace emulation
{

Status CurrentContext(Context*& context)
{
    if (ContextStack().empty() || ContextStack().back() == nullptr) return InvalidContext;
    context = ContextStack().back();
    if (context->destroyed) return ContextIsDestroyed;
    return context->sticky;
}

namespace
{

bool IsDevice(int device) { return device >= 0 && device < Driver().configuration.deviceCount; }

Context* NewContext(int device, bool primary)
{
    Context* c = new Context; // kept for good, so that a stale handle is recognised
    c->device = device;
    c->primary = primary;
    c->id = Driver().nextContextId++;
    c->legacy.context = c->perThread.context = c;
    c->destroyed = primary; // until retained
    Driver().contexts.insert(c);
    return c;
}

Context* Primary(int device)
{
    Context*& c = Driver().primaries[device];
    if (c == nullptr) c = NewContext(device, true);
    return c;
}

Status Destroy(Context* context)
{
    ReleaseContext(context);
    context->destroyed = true;
    context->sticky = Success;
    return Success;
}

} // namespace

void ReleaseContext(Context* context)
{
    State& d = Driver();
    std::vector<std::uintptr_t> own;
    for (const auto& a : d.allocations)
        if (a.second.owner == context) own.push_back(a.first);
    for (std::uintptr_t a : own) Free(a);
    auto purge = [&](auto& handles, auto belongs) {
        for (auto i = handles.begin(); i != handles.end();)
        {
            if (!belongs(*i)) { ++i; continue; }
            delete *i;
            i = handles.erase(i);
        }
    };
    for (auto i = d.functions.begin(); i != d.functions.end();) i = (*i)->module->context == context ? d.functions.erase(i) : ++i;
    purge(d.modules, [&](Module* m) { return m->context == context; });
    purge(d.executables, [&](Executable* e) { return e->context == context; });
    purge(d.events, [&](Event* e) { return e->context == context; });
    for (auto i = d.captures.begin(); i != d.captures.end();)
    {
        if ((*i)->origin->context != context) { ++i; continue; }
        delete (*i)->graph;
        i = d.captures.erase(i);
    }
    purge(d.streams, [&](Stream* s) { return s->context == context; });
    context->legacy.capture.reset();
    context->perThread.capture.reset();
}

} // namespace emulation

using namespace emulation;

EXPORT cuInit(unsigned flags)
{
    Call call("cuInit", false);
    if (call.status != Success) return call.status;
    if (flags != 0) return InvalidValue;
    if (Driver().configuration.deviceCount == 0) return NoDevice;
    Driver().initialised = true;
    return Success;
}

EXPORT cuDriverGetVersion(int* version)
{
    Call call("cuDriverGetVersion", false);
    if (call.status != Success) return call.status;
    if (version == nullptr) return InvalidValue;
    *version = Driver().configuration.driverVersion;
    return Success;
}

EXPORT cuDeviceGetCount(int* count) { ENTER(cuDeviceGetCount); *count = Driver().configuration.deviceCount; return Success; }

EXPORT cuDeviceGet(int* device, int ordinal)
{
    ENTER(cuDeviceGet);
    if (!IsDevice(ordinal)) return InvalidDevice;
    *device = ordinal;
    return Success;
}

EXPORT cuDeviceGetName(char* name, int size, int device)
{
    ENTER(cuDeviceGetName);
    if (!IsDevice(device)) return InvalidDevice;
    if (name == nullptr || size <= 0) return InvalidValue;
    std::snprintf(name, static_cast<std::size_t>(size), "GuidedMixup CUDA emulation %d", device);
    return Success;
}

EXPORT cuDeviceTotalMem_v2(std::size_t* bytes, int device)
{
    ENTER(cuDeviceTotalMem_v2);
    if (!IsDevice(device)) return InvalidDevice;
    *bytes = static_cast<std::size_t>(Driver().configuration.memoryBytes);
    return Success;
}

EXPORT cuDeviceGetUuid_v2(char* uuid, int device)
{
    ENTER(cuDeviceGetUuid_v2);
    if (!IsDevice(device)) return InvalidDevice;
    std::memset(uuid, device, 16);
    return Success;
}

EXPORT cuDeviceGetAttribute(int* value, int attribute, int device)
{
    ENTER(cuDeviceGetAttribute);
    if (!IsDevice(device)) return InvalidDevice;
    const Configuration& c = Driver().configuration;
    static const std::map<int, int> fixed = {
        {1, 1024}, {2, 1024}, {3, 1024}, {4, 64}, {5, 2147483647}, {6, 65535}, {7, 65535}, {8, 48 << 10}, {10, 32}, {12, 65536}, {13, 1980000}, {31, 1},
        {36, 2619000}, {37, 5120}, {38, 50 << 20}, {39, 2048}, {40, 3}, {41, 1}, {82, 65536}, {106, 32}, {115, 1}};
    if (value == nullptr || attribute <= 0) return InvalidValue;
    if (attribute == 16) *value = c.multiprocessors;
    else if (attribute == 75) *value = c.computeCapability / 10;
    else if (attribute == 76) *value = c.computeCapability % 10;
    else if (attribute == 81) *value = c.maxSharedOptIn + 1024;
    else if (attribute == 97) *value = c.maxSharedOptIn;
    else *value = fixed.count(attribute) != 0 ? fixed.at(attribute) : 0;
    return Success;
}

EXPORT cuDevicePrimaryCtxRetain(Context** context, int device)
{
    ENTER(cuDevicePrimaryCtxRetain);
    if (!IsDevice(device)) return InvalidDevice;
    Context* c = Primary(device);
    if (c->retained++ == 0)
    {
        if (c->destroyed) c->id = Driver().nextContextId++; // another life of it, so another id
        c->destroyed = false;
    }
    *context = c;
    return Success;
}

EXPORT cuDevicePrimaryCtxRelease_v2(int device)
{
    ENTER(cuDevicePrimaryCtxRelease_v2);
    if (!IsDevice(device)) return InvalidDevice;
    Context* c = Primary(device);
    if (c->retained == 0) return InvalidContext;
    return --c->retained == 0 ? Destroy(c) : Success;
}

EXPORT cuDevicePrimaryCtxReset_v2(int device)
{
    ENTER(cuDevicePrimaryCtxReset_v2);
    if (!IsDevice(device)) return InvalidDevice;
    Context* c = Primary(device);
    Destroy(c);
    c->destroyed = c->retained == 0;
    c->id = Driver().nextContextId++;
    return Success;
}

EXPORT cuDevicePrimaryCtxGetState(int device, unsigned* flags, int* active)
{
    ENTER(cuDevicePrimaryCtxGetState);
    if (!IsDevice(device)) return InvalidDevice;
    *flags = Primary(device)->flags;
    *active = !Primary(device)->destroyed;
    return Success;
}

EXPORT cuCtxCreate_v2(Context** context, unsigned flags, int device)
{
    ENTER(cuCtxCreate_v2);
    if (!IsDevice(device)) return InvalidDevice;
    *context = NewContext(device, false);
    (*context)->flags = flags;
    ContextStack().push_back(*context);
    return Success;
}

EXPORT cuCtxCreate(Context** context, unsigned flags, int device) { return cuCtxCreate_v2(context, flags, device); }

EXPORT cuCtxDestroy_v2(Context* context)
{
    ENTER(cuCtxDestroy_v2);
    if (Driver().contexts.count(context) == 0 || context->primary) return InvalidContext;
    if (context->destroyed) return ContextIsDestroyed;
    if (!ContextStack().empty() && ContextStack().back() == context) ContextStack().pop_back();
    return Destroy(context);
}

EXPORT cuCtxPushCurrent_v2(Context* context)
{
    ENTER(cuCtxPushCurrent_v2);
    if (Driver().contexts.count(context) == 0) return InvalidContext;
    if (context->destroyed) return ContextIsDestroyed;
    ContextStack().push_back(context);
    return Success;
}

EXPORT cuCtxPopCurrent_v2(Context** context)
{
    ENTER(cuCtxPopCurrent_v2);
    if (ContextStack().empty()) return InvalidContext;
    if (context != nullptr) *context = ContextStack().back();
    ContextStack().pop_back();
    return Success;
}

EXPORT cuCtxSetCurrent(Context* context)
{
    ENTER(cuCtxSetCurrent);
    if (context != nullptr && Driver().contexts.count(context) == 0) return InvalidContext;
    if (!ContextStack().empty()) ContextStack().pop_back();
    if (context != nullptr) ContextStack().push_back(context);
    return Success;
}

EXPORT cuCtxGetCurrent(Context** context) { ENTER(cuCtxGetCurrent); *context = ContextStack().empty() ? nullptr : ContextStack().back(); return Success; }

EXPORT cuCtxGetDevice(int* device)
{
    ENTER(cuCtxGetDevice);
    Context* c;
    CHECK(CurrentContext(c));
    *device = c->device;
    return Success;
}

EXPORT cuCtxGetId(Context* context, unsigned long long* id)
{
    ENTER(cuCtxGetId);
    Context* c = context;
    if (c == nullptr) CHECK(CurrentContext(c));
    if (Driver().contexts.count(c) == 0) return InvalidContext;
    if (c->destroyed) return ContextIsDestroyed;
    *id = c->id;
    return Success;
}

EXPORT cuCtxSynchronize()
{
    ENTER(cuCtxSynchronize);
    Driver().counters.synchronisations++;
    Context* c;
    CHECK(CurrentContext(c));
    CHECK(RefuseInCapture());
    return CheckCanaries(c);
}

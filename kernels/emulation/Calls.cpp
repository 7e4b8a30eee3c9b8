// Every call's entry: count, ordered failure, initialisation. And the tests' side of it (Api.h).
#include "Driver.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>

namespace emulation
{

namespace
{

struct Order { int remaining; Status status; };
std::map<std::string, long long> calls;
std::map<std::string, Order> orders; // "" is any call

Status Ordered(const std::string& function)
{
    auto order = orders.find(function);
    if (order == orders.end() || --order->second.remaining > 0) return Success;
    Status status = order->second.status;
    orders.erase(order);
    return status;
}

} // namespace

State& Driver()
{
    // Never destroyed: finalizers of a host may call until the process ends.
    static State* state = new State;
    return *state;
}

std::vector<Context*>& ContextStack()
{
    static thread_local std::vector<Context*> stack;
    return stack;
}

Call::Call(const char* function, bool needsInit) : lock(Driver().mutex), status(Success)
{
    calls[function]++;
    calls[""]++;
    if ((status = Ordered(function)) != Success || (status = Ordered("")) != Success) return;
    if (needsInit && !Driver().initialised) status = NotInitialized;
}

void Report(const std::string& message)
{
    Driver().lastFault = message;
    if (std::getenv("GUIDEDMIXUP_EMULATION_VERBOSE") != nullptr) std::fprintf(stderr, "CUDA emulation: %s\n", message.c_str());
}

} // namespace emulation

using namespace emulation;

int GuidedMixupEmulationConfigure(const char* setting, long long value)
{
    std::lock_guard<std::recursive_mutex> lock(Driver().mutex);
    Configuration& c = Driver().configuration;
    std::string name = setting;
    if (name == "compute_capability") c.computeCapability = static_cast<int>(value);
    else if (name == "max_shared_optin") c.maxSharedOptIn = static_cast<int>(value);
    else if (name == "multiprocessors") c.multiprocessors = static_cast<int>(value);
    else if (name == "device_count") c.deviceCount = static_cast<int>(value);
    else if (name == "driver_version") c.driverVersion = static_cast<int>(value);
    else if (name == "memory_bytes") c.memoryBytes = value;
    else return 1;
    return 0;
}

void GuidedMixupEmulationRefuseTargets(const char* targets)
{
    std::lock_guard<std::recursive_mutex> lock(Driver().mutex);
    Driver().refusedTargets.clear();
    std::stringstream list(targets == nullptr ? "" : targets);
    for (std::string target; std::getline(list, target, ',');) Driver().refusedTargets.insert(target);
}

void GuidedMixupEmulationFailCall(const char* function, int k, int status)
{
    std::lock_guard<std::recursive_mutex> lock(Driver().mutex);
    std::string name = function == nullptr ? "" : function;
    orders.erase(name);
    if (k > 0) orders[name] = {k, static_cast<Status>(status)};
}

long long GuidedMixupEmulationCalls(const char* function)
{
    std::lock_guard<std::recursive_mutex> lock(Driver().mutex);
    auto found = calls.find(function == nullptr ? "" : function);
    return found == calls.end() ? 0 : found->second;
}

void GuidedMixupEmulationCounters(long long counters[9])
{
    std::lock_guard<std::recursive_mutex> lock(Driver().mutex);
    static_assert(sizeof(Counters) == 9 * sizeof(long long), "as Api.h says");
    std::memcpy(counters, &Driver().counters, sizeof(Counters));
}

void GuidedMixupEmulationResetCounters()
{
    std::lock_guard<std::recursive_mutex> lock(Driver().mutex);
    Driver().counters = {};
    calls.clear();
}

int GuidedMixupEmulationMessage(char* text, int size)
{
    std::lock_guard<std::recursive_mutex> lock(Driver().mutex);
    if (text != nullptr && size > 0) std::snprintf(text, static_cast<std::size_t>(size), "%s", Driver().lastFault.c_str());
    return static_cast<int>(Driver().lastFault.size());
}

long long GuidedMixupEmulationAllocatedBytes()
{
    std::lock_guard<std::recursive_mutex> lock(Driver().mutex);
    return Driver().allocatedBytes;
}

long long GuidedMixupEmulationLiveHandles()
{
    std::lock_guard<std::recursive_mutex> lock(Driver().mutex);
    State& d = Driver();
    auto live = std::count_if(d.contexts.begin(), d.contexts.end(), [](Context* c) { return !c->destroyed; });
    return live + static_cast<long long>(d.streams.size() + d.events.size() + d.modules.size() + d.graphs.size() + d.executables.size());
}

void GuidedMixupEmulationReset()
{
    std::lock_guard<std::recursive_mutex> lock(Driver().mutex);
    State& d = Driver();
    d.configuration = {};
    d.counters = {};
    d.refusedTargets.clear();
    d.lastFault.clear();
    calls.clear();
    orders.clear();
    for (Context* c : d.contexts) c->sticky = Success;
    for (const auto& c : d.captures) c->invalid = true;
    d.captures.clear();
    for (Stream* s : d.streams) s->capture.reset();
    GuidedMixupEmulationSeed(0, 0);
}

// The state behind the emulated driver API: what a call checks, counts and may be told to fail, and the objects its handles point to.
#ifndef GUIDEDMIXUP_EMULATION_DRIVER_H
#define GUIDEDMIXUP_EMULATION_DRIVER_H

#include "Api.h"
#include "Registry.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace emulation
{

/// CUresult, as far as it is used here.
enum Status : int
{
    Success = 0, InvalidValue = 1, OutOfMemory = 2, NotInitialized = 3, NoDevice = 100, InvalidDevice = 101, InvalidImage = 200, InvalidContext = 201,
    NoBinaryForGpu = 209, InvalidPtx = 218, UnsupportedPtxVersion = 222, InvalidHandle = 400, NotFound = 500, NotReady = 600, IllegalAddress = 700,
    OutOfResources = 701, LaunchTimeout = 702, ContextIsDestroyed = 709, MisalignedAddress = 716, LaunchFailed = 719, NotSupported = 801,
    CaptureUnsupported = 900, CaptureInvalidated = 901, CaptureMerge = 902, CaptureUnmatched = 903, CaptureUnjoined = 904, CaptureIsolation = 905,
    CaptureImplicit = 906, CapturedEvent = 907, CaptureWrongThread = 908, Unknown = 999,
};

struct Context;
struct Capture;

/// Work as a stream takes it: done at once, or kept by a capture and done by each launch of its graph.
enum class Work { Launch, Copy, Memset };
struct Node { Work kind; std::function<Status()> run; };

struct Stream { Context* context; unsigned flags; std::shared_ptr<Capture> capture; };

struct Context
{
    std::uint64_t id = 0;
    int device = 0;
    bool primary = false, destroyed = false;
    int retained = 0;
    unsigned flags = 0;
    Status sticky = Success; // a fault of a kernel stays: every later call in this context reports it, as on a device
    Stream legacy{}, perThread{};
};

struct Graph { std::vector<Node> nodes; };
struct Executable { Context* context; std::vector<Node> nodes; };

struct Capture
{
    Stream* origin;
    int mode;
    std::thread::id thread;
    bool invalid = false;
    Graph* graph;
    std::set<Stream*> forked; // streams that joined by an event and that the origin has not waited for
};

struct Event
{
    Context* context;
    bool recorded = false;
    std::chrono::steady_clock::time_point time;
    std::shared_ptr<Capture> capture;
    Stream* stream = nullptr;
};

struct Module;
struct Function
{
    Module* module;
    const Kernel* kernel;
    std::string name;
    int maxThreads = 1024, staticShared = 0, maxDynamicShared = 0;
};
struct Module { Context* context; int target, version; std::map<std::string, std::unique_ptr<Function>> functions; };

struct Allocation
{
    std::uintptr_t base;
    std::size_t size;
    unsigned char* map; // whole pages, between two that are not mapped
    std::size_t mapSize;
    Context* context;   // null for memory of a pool, as on a device
    Context* owner;     // whose end frees it
    int device;
    bool host;
    std::uint64_t serial; // an address may be used again, this is not
};

/// What GuidedMixupEmulationConfigure sets.
struct Configuration
{
    int computeCapability = 90, maxSharedOptIn = 227 << 10, multiprocessors = 132, deviceCount = 1, driverVersion = 12080;
    long long memoryBytes = 80LL << 30;
};

struct Counters { long long launches, kernels, graphLaunches, copies, memsets, synchronisations, allocations, frees, moduleLoads; };

struct State
{
    std::recursive_mutex mutex;
    bool initialised = false;
    Configuration configuration;
    Counters counters{};
    std::string lastFault;
    std::set<std::string> refusedTargets;
    std::map<int, Context*> primaries;
    std::set<Context*> contexts;
    std::set<Stream*> streams;
    std::set<Event*> events;
    std::set<Module*> modules;
    std::set<Function*> functions;
    std::set<Graph*> graphs;
    std::set<Executable*> executables;
    std::set<std::shared_ptr<Capture>> captures;
    std::map<std::uintptr_t, Allocation> allocations;
    long long allocatedBytes = 0;
    std::uint64_t nextContextId = 1, nextAllocation = 1;
};

State& Driver();
std::vector<Context*>& ContextStack(); // this OS thread's

/// One call into the driver: the lock, the count, and the failure a test may have ordered.
struct Call
{
    std::lock_guard<std::recursive_mutex> lock;
    Status status;
    explicit Call(const char* function, bool needsInit = true);
};

#define ENTER(function) Call call(#function); if (call.status != Success) return call.status
#define CHECK(expression) do { Status checked = (expression); if (checked != Success) return checked; } while (0)
#define EXPORT GUIDEDMIXUP_EXPORT emulation::Status

/// The current context, or why there is none to use.
Status CurrentContext(Context*& context);
/// The stream behind a handle (0 and 1 legacy, 2 per thread) in the current context.
Status FindStream(void* handle, Stream*& stream);
/// Refuses what may not be called while something is captured (allocation, synchronisation, loading), and spoils the capture.
Status RefuseInCapture();
Status Enqueue(void* stream, Work kind, std::function<Status()> run);
Status RunNode(Context* context, const Node& node);

Status Allocate(std::size_t size, Context* context, Context* owner, int device, bool host, std::uintptr_t& base);
Status Free(std::uintptr_t base);
/// The allocation that holds `size` bytes from p, or null.
const Allocation* FindAllocation(std::uintptr_t p, std::size_t size);
/// Looks at the margins of every allocation; a damaged one is a sticky illegal address of its context.
Status CheckCanaries(Context* context);
void ReleaseContext(Context* context); // frees what belongs to it

void Report(const std::string& message);

} // namespace emulation

#endif

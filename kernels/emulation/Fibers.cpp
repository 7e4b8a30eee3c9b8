// The fibers of one block at a time: barriers and warps. Fibers run until they wait; the next ready one is switched to directly.
// A fault (see Fault) abandons the grid: the fibers' stacks are simply reused, as kernels hold nothing that must be destroyed.
#include "Fibers.h"
#include "Sanitizer.h"

#include <cstdio>
#include <utility>
#include <sys/mman.h>

namespace emulation
{

Fiber* current;

namespace
{

constexpr unsigned MaxThreads = 1024;
#if defined(GUIDEDMIXUP_EMULATION_TSAN)
constexpr std::size_t StackSize = 1 << 20; // a report is written on the stack of the fiber it is about
#else
constexpr std::size_t StackSize = 128 << 10;
#endif
constexpr unsigned Orders = 8;

// Tokens, here and below, are what ThreadSanitizer sees as synchronisation; two in turn, as a fast thread may be at the next barrier
// before a slow one has left this.
struct Warp { unsigned lanes, waiting, meetings; char tokens[2]; };

std::uint64_t orderSeed, random;
const Kernel* kernel;
void* const* kernelArguments;
unsigned threads, finished, atBarrier, barriers;
char barrierTokens[2], blockBegins, blockEnds;
Fiber fibers[MaxThreads];
Warp warps[MaxThreads / 32];
unsigned short orders[Orders][MaxThreads];
Fiber* ready[MaxThreads]; // a ring
unsigned readyHead, readyCount;
unsigned char* stacks;
unsigned usedStacks;
void* mainStack;
void* mainSanitizer;
Outcome outcome;

std::uint64_t Random()
{
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    return random;
}

void Push(Fiber* fiber) { ready[(readyHead + readyCount++) % MaxThreads] = fiber; }

Fiber* Pop()
{
    if (readyCount == 0) return nullptr;
    Fiber* fiber = ready[readyHead];
    readyHead = (readyHead + 1) % MaxThreads;
    readyCount--;
    return fiber;
}

void PushAll()
{
    const unsigned short* order = orders[orderSeed == 0 ? 0 : Random() % Orders];
    for (unsigned i = 0; i < threads; i++) Push(&fibers[order[i]]);
}

void BackToMain()
{
    void* abandoned;
    SwitchTo(&abandoned, mainStack, mainSanitizer);
    __builtin_unreachable();
}

/// Nobody can run and not all are done: who waits where.
[[noreturn]] void Deadlock()
{
    unsigned warpWaiting = threads - finished - atBarrier, missing = threads;
    for (unsigned i = 0; i < threads && missing == threads; i++)
        if (!fibers[i].atBarrier) missing = i;
    char text[256];
    if (atBarrier > 0 && missing < threads)
        std::snprintf(text, sizeof text, "deadlock: %u of %u threads wait at __syncthreads, which %u never reach (%u have returned, %u wait in their warp); the first is thread %u",
                      atBarrier, threads, threads - atBarrier, finished, warpWaiting, missing);
    else
        std::snprintf(text, sizeof text, "deadlock: %u of %u threads wait in their warp for lanes that never come (%u have returned)", warpWaiting, threads, finished);
    Fail(Fault::Deadlock, text, nullptr);
}

void FiberMain();

void Start(Fiber* fiber)
{
    unsigned place = usedStacks++;
    unsigned char* bottom = stacks + place * (StackSize + Page) + Page;
    // Tops differ in their low bits, or all fibers would share a few cache sets.
    fiber->stack = NewStack(bottom, bottom + StackSize - place % 32 * 128, FiberMain);
}

void FiberMain()
{
    for (;;)
    {
        Fiber* self = current;
        Acquire(&blockBegins);
        kernel->invoke(kernel->function, kernelArguments);
        Release(&blockEnds);
        self->finished = true;
        finished++;
        Fiber* next = Pop();
        if (next == nullptr)
        {
            if (finished == threads) BackToMain();
            Deadlock();
        }
        current = next;
#if defined(GUIDEDMIXUP_EMULATION_TSAN)
        if (next->stack == nullptr) Start(next);
#else
        // One that has not started takes over this stack, which is warm: kernels without barriers never switch at all.
        if (next->stack == nullptr) { next->stack = self->stack; continue; }
#endif
        void* abandoned;
        SwitchTo(&abandoned, next->stack, next->sanitizer);
    }
}

/// Runs others until somebody makes this fiber ready again.
void Wait()
{
    Fiber* self = current;
    Fiber* next = Pop();
    if (next == nullptr) Deadlock();
    if (next == self) return;
    if (next->stack == nullptr) Start(next);
    current = next;
    SwitchTo(&self->stack, next->stack, next->sanitizer);
}

} // namespace

void BlockBarrier()
{
    char* token = &barrierTokens[barriers % 2];
    Release(token);
    current->atBarrier = true;
    if (++atBarrier == threads)
    {
        atBarrier = 0;
        barriers++;
        for (unsigned i = 0; i < threads; i++) fibers[i].atBarrier = false;
        PushAll();
    }
    Wait();
    Acquire(token);
}

unsigned WarpMeet(Meeting meeting, unsigned mask, unsigned value, unsigned argument)
{
    Fiber* self = current;
    Warp& warp = warps[self->index / 32];
    Fiber* lanes = &fibers[self->index / 32 * 32];
    unsigned lane = self->index % 32, bit = 1u << lane;
    mask &= warp.lanes;
    if ((mask & bit) == 0) Fail(Fault::Divergent, "a warp operation's mask leaves out the lane that calls it", nullptr);
    if ((warp.waiting & mask) != 0)
    {
        const Fiber& other = lanes[__builtin_ctz(warp.waiting & mask)];
        if (other.mask != mask || other.meeting != meeting) Fail(Fault::Divergent, "lanes of a warp meet with different operations or masks", nullptr);
    }
    self->meeting = meeting, self->mask = mask, self->value = value, self->argument = argument;
    warp.waiting |= bit;
    // Shuffles and ballots order no memory; __syncwarp does.
    char* token = meeting == Meeting::Sync ? &warp.tokens[warp.meetings % 2] : nullptr;
    if (token != nullptr) Release(token);
    if ((warp.waiting & mask) == mask)
    {
        unsigned ballot = 0;
        for (unsigned i = 0; i < 32; i++)
            if ((mask >> i & 1) != 0 && lanes[i].value != 0) ballot |= 1u << i;
        unsigned first = orderSeed == 0 ? 0 : Random() % 32;
        for (unsigned k = 0; k < 32; k++)
        {
            unsigned i = (first + k) % 32;
            if ((mask >> i & 1) == 0) continue;
            Fiber& f = lanes[i];
            unsigned from = f.meeting == Meeting::ShuffleXor ? i ^ f.argument : f.meeting == Meeting::ShuffleDown ? i + f.argument : f.argument % 32;
            if (from > 31) from = i; // out of the warp: the own value, as shfl.sync says
            f.result = meeting == Meeting::Ballot ? ballot : (mask >> from & 1) != 0 ? lanes[from].value : 0xFFFFFFFFu; // undefined: show it
            f.meeting = Meeting::None;
            if (&f != self) Push(&f);
        }
        warp.waiting &= ~mask;
        warp.meetings++;
    }
    else Wait();
    if (token != nullptr) Acquire(token);
    return self->result;
}

void Fail(Fault fault, const char* what, const void* address)
{
    char text[768], place[32] = "";
    if (address != nullptr) std::snprintf(place, sizeof place, " at %p", address);
    const Dim3 &b = grid.block, &t = current->thread;
    std::snprintf(text, sizeof text, "%s: %s%s (block %u,%u,%u, thread %u,%u,%u)", kernel->name.c_str(),
                  fault == Fault::Misaligned ? (std::string("misaligned ") + what).c_str() : what, place, b.x, b.y, b.z, t.x, t.y, t.z);
    outcome = {fault, text};
    BackToMain();
    __builtin_unreachable();
}

namespace
{

void ReserveStacks()
{
    if (stacks != nullptr) return;
    stacks = Map((StackSize + Page) * MaxThreads);
    for (unsigned i = 0; i < MaxThreads; i++) mprotect(stacks + i * (StackSize + Page), Page, PROT_NONE);
}

} // namespace

void BeginGrid(const Kernel& which, void* const* arguments, Dim3 blockSize, std::uint64_t seed)
{
    ReserveStacks();
    kernel = &which;
    kernelArguments = arguments;
    threads = blockSize.x * blockSize.y * blockSize.z;
    outcome = {Fault::None, ""};
    orderSeed = seed;
    random = orderSeed * 0x9E3779B97F4A7C15u + 0x2545F4914F6CDD1Du;
    for (unsigned k = 0; k < (orderSeed == 0 ? 1 : Orders); k++)
    {
        for (unsigned i = 0; i < threads; i++) orders[k][i] = static_cast<unsigned short>(i);
        for (unsigned i = threads; orderSeed != 0 && i > 1; i--) std::swap(orders[k][i - 1], orders[k][Random() % i]);
    }
    for (unsigned i = 0; i < threads; i++)
    {
        fibers[i].index = i;
        fibers[i].thread = {i % blockSize.x, i / blockSize.x % blockSize.y, i / blockSize.x / blockSize.y};
        if (fibers[i].sanitizer == nullptr) fibers[i].sanitizer = NewSanitizerFiber();
    }
    mainSanitizer = CurrentSanitizerFiber();
}

bool RunBlock()
{
    finished = atBarrier = barriers = readyHead = readyCount = usedStacks = 0;
    for (unsigned i = 0; i < threads; i++)
    {
        Fiber& f = fibers[i];
        f.stack = nullptr, f.finished = f.atBarrier = false, f.meeting = Meeting::None;
    }
    for (unsigned i = 0; i < threads; i += 32) warps[i / 32] = {threads - i >= 32 ? 0xFFFFFFFFu : (1u << (threads - i)) - 1, 0, 0, {}};
    PushAll();
    Release(&blockBegins);
    current = Pop();
    Start(current);
    SwitchTo(&mainStack, current->stack, current->sanitizer);
    Acquire(&blockEnds);
    return outcome.fault == Fault::None;
}

Outcome EndGrid()
{
    kernel = nullptr;
    return outcome;
}

std::uint64_t Random(std::uint64_t below) { return Random() % below; }

} // namespace emulation

// Streams do their work at once, which is one of the orders a device may choose; events note the time.
#include "Driver.h"

#include <algorithm>

namespace emulation
{

Status FindStream(void* handle, Stream*& stream)
{
    Context* c;
    CHECK(CurrentContext(c));
    std::uintptr_t value = reinterpret_cast<std::uintptr_t>(handle);
    if (value <= 2) { stream = value == 2 ? &c->perThread : &c->legacy; return Success; }
    stream = static_cast<Stream*>(handle);
    if (Driver().streams.count(stream) == 0) return InvalidHandle;
    return stream->context == c ? Success : InvalidContext;
}

Status RunNode(Context* context, const Node& node)
{
    Counters& counters = Driver().counters;
    if (node.kind == Work::Launch) counters.kernels++;
    else (node.kind == Work::Copy ? counters.copies : counters.memsets)++;
    // The caller learns of a fault from its next call, as with a device.
    if (context->sticky == Success) context->sticky = node.run();
    return Success;
}

Status Enqueue(void* handle, Work kind, std::function<Status()> run)
{
    Stream* s;
    CHECK(FindStream(handle, s));
    if (s->capture != nullptr)
    {
        if (s->capture->invalid) return CaptureInvalidated;
        s->capture->graph->nodes.push_back({kind, std::move(run)});
        return Success;
    }
    if (s == &s->context->legacy)
        // The legacy stream waits for every blocking stream, which a capture cannot say.
        for (const auto& c : Driver().captures)
            if (c->origin->context == s->context && (c->origin->flags & 1) == 0 && c->origin != &s->context->perThread) { c->invalid = true; return CaptureImplicit; }
    return RunNode(s->context, {kind, std::move(run)});
}

} // namespace emulation

using namespace emulation;

EXPORT cuStreamCreate(Stream** stream, unsigned flags)
{
    ENTER(cuStreamCreate);
    Context* c;
    CHECK(CurrentContext(c));
    if (flags > 1) return InvalidValue;
    *stream = new Stream{c, flags, nullptr};
    Driver().streams.insert(*stream);
    return Success;
}

EXPORT cuStreamCreateWithPriority(Stream** stream, unsigned flags, int) { return cuStreamCreate(stream, flags); }

EXPORT cuStreamDestroy_v2(Stream* stream)
{
    ENTER(cuStreamDestroy_v2);
    if (Driver().streams.count(stream) == 0) return InvalidHandle;
    if (stream->capture != nullptr && stream->capture->origin == stream)
    {
        auto capture = stream->capture;
        for (Stream* s : Driver().streams)
            if (s != stream && s->capture == capture) s->capture.reset();
        delete capture->graph;
        Driver().captures.erase(capture);
    }
    for (Event* e : Driver().events)
        if (e->stream == stream) e->stream = nullptr;
    for (const auto& c : Driver().captures) c->forked.erase(stream);
    Driver().streams.erase(stream);
    delete stream;
    return Success;
}

EXPORT cuStreamSynchronize(void* stream)
{
    ENTER(cuStreamSynchronize);
    Driver().counters.synchronisations++;
    Stream* s;
    CHECK(FindStream(stream, s));
    if (s->capture != nullptr) { s->capture->invalid = true; return CaptureUnsupported; }
    CHECK(RefuseInCapture());
    return CheckCanaries(s->context);
}

EXPORT cuStreamQuery(void* stream)
{
    ENTER(cuStreamQuery);
    Stream* s;
    CHECK(FindStream(stream, s));
    if (s->capture != nullptr) { s->capture->invalid = true; return CaptureUnsupported; }
    return Success;
}

EXPORT cuStreamGetCtx(void* stream, Context** context)
{
    ENTER(cuStreamGetCtx);
    Stream* s = static_cast<Stream*>(stream);
    if (reinterpret_cast<std::uintptr_t>(stream) <= 2) return CurrentContext(*context);
    if (Driver().streams.count(s) == 0) return InvalidHandle;
    *context = s->context;
    return Success;
}

EXPORT cuStreamWaitEvent(void* stream, Event* event, unsigned flags)
{
    ENTER(cuStreamWaitEvent);
    Stream* s;
    CHECK(FindStream(stream, s));
    if (Driver().events.count(event) == 0) return InvalidHandle;
    if (flags > 1) return InvalidValue;
    if (event->capture != nullptr)
    {
        // The stream joins the event's capture; or the origin takes back what it had let go.
        if (Driver().captures.count(event->capture) == 0) return CapturedEvent;
        if (s->capture == nullptr)
        {
            s->capture = event->capture;
            if (s != event->capture->origin) event->capture->forked.insert(s);
        }
        else if (s->capture != event->capture) { s->capture->invalid = event->capture->invalid = true; return CaptureMerge; }
        else if (event->stream != nullptr) event->capture->forked.erase(event->stream);
        return Success;
    }
    if (s->capture != nullptr && event->recorded) { s->capture->invalid = true; return CaptureIsolation; }
    return Success; // everything recorded is done
}

EXPORT cuEventCreate(Event** event, unsigned)
{
    ENTER(cuEventCreate);
    Context* c;
    CHECK(CurrentContext(c));
    *event = new Event{};
    (*event)->context = c;
    Driver().events.insert(*event);
    return Success;
}

EXPORT cuEventDestroy_v2(Event* event)
{
    ENTER(cuEventDestroy_v2);
    if (Driver().events.erase(event) == 0) return InvalidHandle;
    delete event;
    return Success;
}

EXPORT cuEventRecord(Event* event, void* stream)
{
    ENTER(cuEventRecord);
    Stream* s;
    CHECK(FindStream(stream, s));
    if (Driver().events.count(event) == 0) return InvalidHandle;
    if (event->context != s->context) return InvalidHandle;
    if (s->capture != nullptr && s->capture->invalid) return CaptureInvalidated;
    event->capture = s->capture;
    event->stream = s;
    event->recorded = true;
    event->time = std::chrono::steady_clock::now();
    if (s->capture != nullptr && s != s->capture->origin) s->capture->forked.insert(s);
    return Success;
}

EXPORT cuEventSynchronize(Event* event)
{
    ENTER(cuEventSynchronize);
    Driver().counters.synchronisations++;
    if (Driver().events.count(event) == 0) return InvalidHandle;
    if (event->capture != nullptr) { event->capture->invalid = true; return CapturedEvent; }
    CHECK(RefuseInCapture());
    return event->context->sticky;
}

EXPORT cuEventQuery(Event* event)
{
    ENTER(cuEventQuery);
    if (Driver().events.count(event) == 0) return InvalidHandle;
    if (event->capture != nullptr) { event->capture->invalid = true; return CapturedEvent; }
    return event->context->sticky;
}

EXPORT cuEventElapsedTime(float* milliseconds, Event* from, Event* to)
{
    ENTER(cuEventElapsedTime);
    if (Driver().events.count(from) == 0 || Driver().events.count(to) == 0 || !from->recorded || !to->recorded) return InvalidHandle;
    if (from->capture != nullptr || to->capture != nullptr) return CapturedEvent;
    *milliseconds = std::chrono::duration<float, std::milli>(to->time - from->time).count();
    return from->context->sticky;
}

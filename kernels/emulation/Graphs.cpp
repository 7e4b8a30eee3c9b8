// Capture: what streams are given is kept in the order of the calls (one of the orders its dependencies allow), and done by each launch.
#include "Driver.h"

namespace emulation
{

Status RefuseInCapture()
{
    // Mode 0 forbids every thread what is unsafe, mode 1 the capturing thread, mode 2 nobody.
    for (const auto& c : Driver().captures)
    {
        bool own = c->thread == std::this_thread::get_id();
        if (own ? c->mode == 2 : c->mode != 0) continue;
        c->invalid = true;
        return CaptureUnsupported;
    }
    return Success;
}

} // namespace emulation

using namespace emulation;

EXPORT cuStreamIsCapturing(void* stream, int* status)
{
    ENTER(cuStreamIsCapturing);
    Stream* s;
    CHECK(FindStream(stream, s));
    *status = s->capture == nullptr ? 0 : s->capture->invalid ? 2 : 1;
    return Success;
}

EXPORT cuStreamBeginCapture_v2(void* stream, int mode)
{
    ENTER(cuStreamBeginCapture_v2);
    Stream* s;
    CHECK(FindStream(stream, s));
    if (mode < 0 || mode > 2) return InvalidValue;
    if (s == &s->context->legacy) return CaptureUnsupported;
    if (s->capture != nullptr) { s->capture->invalid = true; return CaptureUnsupported; }
    auto capture = std::make_shared<Capture>();
    capture->origin = s;
    capture->mode = mode;
    capture->thread = std::this_thread::get_id();
    capture->graph = new Graph;
    s->capture = capture;
    Driver().captures.insert(capture);
    return Success;
}

EXPORT cuStreamEndCapture(void* stream, Graph** graph)
{
    ENTER(cuStreamEndCapture);
    Stream* s;
    CHECK(FindStream(stream, s));
    *graph = nullptr;
    std::shared_ptr<Capture> capture = s->capture;
    if (capture == nullptr) return InvalidValue;
    if (capture->mode != 2 && capture->thread != std::this_thread::get_id()) return CaptureWrongThread;
    if (capture->origin != s) { capture->invalid = true; return CaptureUnmatched; }
    Status status = capture->invalid ? CaptureInvalidated : capture->forked.empty() ? Success : CaptureUnjoined;
    for (Stream* other : Driver().streams)
        if (other->capture == capture) other->capture.reset();
    s->capture.reset();
    Driver().captures.erase(capture);
    if (status != Success) { delete capture->graph; return status; }
    *graph = capture->graph;
    Driver().graphs.insert(*graph);
    return Success;
}

EXPORT cuGraphInstantiateWithFlags(Executable** executable, Graph* graph, unsigned long long)
{
    ENTER(cuGraphInstantiateWithFlags);
    Context* c;
    CHECK(CurrentContext(c));
    if (Driver().graphs.count(graph) == 0) return InvalidValue;
    *executable = new Executable{c, graph->nodes};
    Driver().executables.insert(*executable);
    return Success;
}

EXPORT cuGraphLaunch(Executable* executable, void* stream)
{
    ENTER(cuGraphLaunch);
    Stream* s;
    CHECK(FindStream(stream, s));
    if (Driver().executables.count(executable) == 0) return InvalidValue;
    Driver().counters.graphLaunches++;
    if (s->capture != nullptr)
    {
        if (s->capture->invalid) return CaptureInvalidated;
        auto& nodes = s->capture->graph->nodes;
        nodes.insert(nodes.end(), executable->nodes.begin(), executable->nodes.end());
        return Success;
    }
    for (const Node& node : executable->nodes) CHECK(RunNode(s->context, node));
    return Success;
}

EXPORT cuGraphGetNodes(Graph* graph, void**, std::size_t* count)
{
    ENTER(cuGraphGetNodes);
    if (Driver().graphs.count(graph) == 0) return InvalidValue;
    *count = graph->nodes.size(); // the nodes have no handles here
    return Success;
}

EXPORT cuGraphDestroy(Graph* graph)
{
    ENTER(cuGraphDestroy);
    if (Driver().graphs.erase(graph) == 0) return InvalidValue;
    delete graph;
    return Success;
}

EXPORT cuGraphExecDestroy(Executable* executable)
{
    ENTER(cuGraphExecDestroy);
    if (Driver().executables.erase(executable) == 0) return InvalidValue;
    delete executable;
    return Success;
}

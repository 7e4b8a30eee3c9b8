// An image is its PTX text: the kernels it names are those compiled here from the same sources. What the text says of them (parameters,
// block size, shared memory) is believed, and compared with the sources, so that stale PTX is found.
#include "Driver.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <sstream>

namespace emulation
{

namespace
{

struct Entry { std::string name; std::vector<std::size_t> sizes; int maxThreads, staticShared; };
struct Image { int version = 0, target = 0; std::string targetName; std::vector<Entry> entries; };

std::string NumberAfter(const std::string& text, const std::string& word, std::size_t from = 0)
{
    std::size_t at = text.find(word, from);
    if (at == std::string::npos) return "";
    at = text.find_first_not_of(" \t", at + word.size());
    std::size_t end = text.find_first_of(" \t\r\n,;", at);
    return at == std::string::npos ? "" : text.substr(at, end - at);
}

std::vector<std::size_t> ParameterSizes(const std::string& list)
{
    std::vector<std::size_t> sizes;
    std::stringstream parameters(list);
    for (std::string p; std::getline(parameters, p, ',');)
    {
        if (p.find(".param") == std::string::npos) continue;
        std::size_t bracket = p.find('['), type = std::string::npos;
        if (bracket != std::string::npos) { sizes.push_back(std::stoul(p.substr(bracket + 1))); continue; }
        for (const char* kind : {".u", ".s", ".f", ".b"})
            for (std::size_t at = p.find(kind); at != std::string::npos && type == std::string::npos; at = p.find(kind, at + 1))
                if (std::isdigit(static_cast<unsigned char>(p[at + 2]))) type = at + 2;
        sizes.push_back(type == std::string::npos ? 0 : std::stoul(p.substr(type)) / 8);
    }
    return sizes;
}

bool Parse(const std::string& text, Image& image)
{
    std::string version = NumberAfter(text, ".version");
    image.targetName = NumberAfter(text, ".target");
    int major, minor;
    if (std::sscanf(version.c_str(), "%d.%d", &major, &minor) != 2 || std::sscanf(image.targetName.c_str(), "sm_%d", &image.target) != 1) return false;
    image.version = major * 10 + minor;

    std::map<std::string, int> shared;
    for (std::size_t at = text.find(".shared"); at != std::string::npos; at = text.find(".shared", at + 1))
    {
        std::size_t end = text.find(';', at), bracket = text.find('[', at), name = text.rfind(' ', bracket);
        if (bracket > end || text.compare(at, 8, ".shared ") != 0) continue; // an instruction
        if (std::isdigit(static_cast<unsigned char>(text[bracket + 1]))) shared[text.substr(name + 1, bracket - name - 1)] = std::stoi(text.substr(bracket + 1));
    }
    for (std::size_t at = text.find(".entry"); at != std::string::npos; at = text.find(".entry", at + 1))
    {
        std::size_t open = text.find('(', at), close = text.find(')', open), body = text.find('{', close);
        if (body == std::string::npos) return false;
        std::size_t end = std::min(text.find(".entry", body), text.size());
        std::string name = text.substr(at + 6, open - at - 6), head = text.substr(close, body - close), code = text.substr(body, end - body);
        name.erase(std::remove_if(name.begin(), name.end(), [](unsigned char c) { return std::isspace(c); }), name.end());
        std::string threads = NumberAfter(head, ".maxntid");
        Entry entry = {name, ParameterSizes(text.substr(open, close - open)), threads.empty() ? 1024 : std::stoi(threads), 0};
        for (const auto& array : shared)
            if (code.find(array.first) != std::string::npos) entry.staticShared += array.second;
        image.entries.push_back(entry);
    }
    return true;
}

/// ISA 7.8 needs a driver of CUDA 11.8, 8.0 one of 12.0, 8.n one of 12.n.
int NeededDriver(int version) { return version >= 80 ? 12000 + (version - 80) * 10 : 11000 + (version - 70) * 10; }

Status Load(Module** module, const char* text, std::string& log)
{
    State& d = Driver();
    Context* c;
    CHECK(CurrentContext(c));
    CHECK(RefuseInCapture());
    d.counters.moduleLoads++;
    Image image;
    if (text == nullptr) return InvalidValue;
    if (!Parse(text, image)) { log = "the image is not PTX text that this emulation can read"; return InvalidImage; }
    if (d.refusedTargets.count(image.targetName) != 0) { log = "refused by the test: " + image.targetName; return NoBinaryForGpu; }
    if (NeededDriver(image.version) > d.configuration.driverVersion) { log = "PTX ISA " + std::to_string(image.version) + " needs a newer driver"; return UnsupportedPtxVersion; }
    if (image.target > d.configuration.computeCapability) { log = "SM version specified by .target is higher than the device's"; return InvalidPtx; }
    auto loaded = std::make_unique<Module>(Module{c, image.target, image.version, {}});
    for (const Entry& entry : image.entries)
    {
        const Kernel* kernel = FindKernel(entry.name);
        if (kernel == nullptr) continue; // of sources this emulation was not built from
        if (kernel->argumentSizes != entry.sizes)
        {
            log = entry.name + ": the PTX's parameters are not the source's: regenerate it";
            return InvalidPtx;
        }
        auto function = std::make_unique<Function>();
        function->module = loaded.get();
        function->kernel = kernel;
        function->name = entry.name;
        function->maxThreads = entry.maxThreads;
        function->staticShared = entry.staticShared;
        function->maxDynamicShared = std::max(0, (48 << 10) - entry.staticShared);
        d.functions.insert(function.get());
        loaded->functions[entry.name] = std::move(function);
    }
    *module = loaded.release();
    d.modules.insert(*module);
    return Success;
}

} // namespace

} // namespace emulation

using namespace emulation;

EXPORT cuModuleLoadDataEx(Module** module, const char* image, unsigned count, int* options, void** values)
{
    ENTER(cuModuleLoadDataEx);
    std::string log;
    Status status = Load(module, image, log);
    if (!log.empty()) Report(log);
    char* buffer = nullptr;
    std::size_t size = 0;
    for (unsigned i = 0; i < count; i++)
    {
        if (options[i] == 5) buffer = static_cast<char*>(values[i]);                   // CU_JIT_ERROR_LOG_BUFFER
        if (options[i] == 6) size = reinterpret_cast<std::uintptr_t>(values[i]) & 0xFFFFFFFFu; // its size, as a value in the pointer's place
    }
    if (buffer != nullptr && size > 0) std::snprintf(buffer, size, "%s", log.c_str());
    return status;
}

EXPORT cuModuleLoadData(Module** module, const char* image)
{
    ENTER(cuModuleLoadData);
    std::string log;
    Status status = Load(module, image, log);
    if (!log.empty()) Report(log);
    return status;
}

EXPORT cuModuleUnload(Module* module)
{
    ENTER(cuModuleUnload);
    if (Driver().modules.count(module) == 0) return InvalidHandle;
    Context* c;
    CHECK(CurrentContext(c));
    if (module->context != c) return InvalidContext;
    CHECK(RefuseInCapture());
    for (const auto& f : module->functions) Driver().functions.erase(f.second.get());
    Driver().modules.erase(module);
    delete module;
    return Success;
}

EXPORT cuModuleGetFunction(Function** function, Module* module, const char* name)
{
    ENTER(cuModuleGetFunction);
    if (Driver().modules.count(module) == 0) return InvalidHandle;
    auto found = module->functions.find(name);
    if (found == module->functions.end()) { Report(std::string("the module has no kernel named ") + name); return NotFound; }
    *function = found->second.get();
    return Success;
}

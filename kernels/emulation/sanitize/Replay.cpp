// Replays recorded launches, every buffer a heap block of just its size, and compares what the kernels leave with what was recorded.
//   Replay RECORDING [--only KERNEL[,KERNEL …]] [--prefix TEXT] [--order SEED] [--fill BYTE] [--poison WORD] [--barriers]
// --prefix stands before the names of kernels that are planted copies. --order shuffles fibers and blocks, --fill is what shared memory holds
// before a block, --poison what untouched workspace holds: none of them may change a bit. --barriers leaves out one __syncthreads or __syncwarp
// after another, each in a process of its own, and prints those that no sanitizer missed. Ends 0, 1 after a difference or a fault; a sanitizer
// ends it with its own code.
#include "../Api.h"
#include "Recording.h"

#include <memory>
#include <sys/wait.h>
#include <unistd.h>

namespace
{

std::uint32_t poison = Untouched;
std::string running, prefix;

struct Buffer
{
    std::uint64_t begin, size;
    std::uint32_t memory;
    std::unique_ptr<unsigned char, decltype(&std::free)> bytes{nullptr, std::free};
};

void Repoison(unsigned char* bytes, std::uint64_t size)
{
    for (std::uint64_t i = 0; i + 4 <= size; i += 4)
        if (std::memcmp(bytes + i, &Untouched, 4) == 0) std::memcpy(bytes + i, &poison, 4);
}

/// Where the result is not the recorded one; empty where it is.
std::string Run(const Recording& recording, const Launch& launch)
{
    running = launch.Text();
    std::vector<Buffer> buffers;
    std::vector<std::unique_ptr<unsigned char[]>> values;
    std::vector<void*> arguments;
    for (const std::string& a : launch.arguments)
    {
        values.emplace_back(new unsigned char[a.size()]);
        std::memcpy(values.back().get(), a.data(), a.size());
        arguments.push_back(values.back().get());
    }
    for (const Pointer& p : launch.pointers)
    {
        const Memory& m = launch.memories[p.memory];
        auto piece = std::prev(recording.pieces.at(m.serial).upper_bound(p.to));
        std::size_t i = 0;
        while (i < buffers.size() && (buffers[i].memory != p.memory || buffers[i].begin != piece->first)) i++;
        if (i == buffers.size())
        {
            Buffer b;
            b.begin = piece->first, b.size = piece->second - piece->first, b.memory = p.memory;
            void* bytes = nullptr;
            if (posix_memalign(&bytes, 256, b.size) != 0) std::exit(2);
            b.bytes.reset(static_cast<unsigned char*>(bytes));
            if (b.size > 0) std::memcpy(bytes, recording.contents[m.before].data() + b.begin, b.size);
            if (poison != Untouched) Repoison(b.bytes.get(), b.size);
            buffers.push_back(std::move(b));
        }
        unsigned char* address = buffers[i].bytes.get() + (p.to - piece->first);
        std::memcpy(values[p.argument].get() + p.offset, &address, sizeof address);
    }

    char message[1024];
    if (GuidedMixupEmulationRun((prefix + launch.kernel).c_str(), launch.grid, launch.block, launch.shared, arguments.data(), message, sizeof message) != 0) return message;
    for (Buffer& b : buffers)
    {
        if (b.size == 0) continue;
        std::string expected = recording.contents[launch.memories[b.memory].after].substr(b.begin, b.size);
        if (poison != Untouched) Repoison(reinterpret_cast<unsigned char*>(&expected[0]), b.size);
        for (std::uint64_t i = 0; i < b.size; i++)
            if (b.bytes.get()[i] != static_cast<unsigned char>(expected[i]))
                return launch.Text() + ": byte " + std::to_string(i) + " of " + std::to_string(b.size) + " differs from the recording";
    }
    return "";
}

/// Each barrier left out in turn: a sanitizer's report ends the child with its own code, and that is what must come.
int LeaveOutBarriers(const Recording& recording, const std::vector<const Launch*>& chosen)
{
    std::map<std::string, std::vector<const Launch*>> reached;
    for (const Launch* l : chosen)
    {
        char text[8192];
        std::string difference = Run(recording, *l);
        if (!difference.empty()) { std::printf("%s\n", difference.c_str()); return 1; }
        GuidedMixupEmulationBarriers(text, sizeof text);
        std::string all = text;
        for (std::size_t from = 0, to; (to = all.find(' ', from)) != std::string::npos; from = to + 1) reached[all.substr(from, to - from)].push_back(l);
    }
    int missed = 0;
    for (const auto& site : reached)
    {
        std::fflush(nullptr);
        pid_t child = fork();
        if (child == 0)
        {
            GuidedMixupEmulationDropBarrier(site.first.c_str());
            for (const Launch* l : site.second) Run(recording, *l);
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        // 66: ThreadSanitizer's own.
        bool seen = WIFEXITED(status) && WEXITSTATUS(status) == 66;
        missed += seen;
        std::printf("%s %s\n", seen ? "missed" : "spare", site.first.c_str());
    }
    std::printf("%d of %zu barriers are missed when left out\n", missed, reached.size());
    return 0;
}

} // namespace

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
extern "C" void __sanitizer_set_death_callback(void (*callback)());
#endif

int main(int count, char** arguments)
{
    if (count < 2) { std::fprintf(stderr, "usage: Replay RECORDING [--only KERNELS] [--prefix TEXT] [--order SEED] [--fill BYTE] [--poison WORD] [--barriers]\n"); return 2; }
    std::string only;
    bool barriers = false;
    for (int i = 2; i < count; i++)
    {
        std::string option = arguments[i];
        if (option == "--barriers") { barriers = true; continue; }
        if (i + 1 == count) return 2;
        const char* value = arguments[++i];
        if (option == "--only") only = std::string(",") + value + ",";
        else if (option == "--prefix") prefix = value;
        else if (option == "--order") GuidedMixupEmulationSeed(std::strtoull(value, nullptr, 0), 0);
        else if (option == "--fill") GuidedMixupEmulationFill(static_cast<int>(std::strtoul(value, nullptr, 0)));
        else if (option == "--poison") poison = static_cast<std::uint32_t>(std::strtoul(value, nullptr, 0));
        else return 2;
    }
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    __sanitizer_set_death_callback([] { std::fprintf(stderr, "while replaying %s\n", running.c_str()); });
#endif
    Recording recording(arguments[1]);
    std::vector<const Launch*> chosen;
    std::set<std::string> kernels;
    for (const Launch& l : recording.launches)
        if (only.empty() || only.find("," + l.kernel + ",") != std::string::npos) chosen.push_back(&l), kernels.insert(l.kernel);
    if (barriers) return LeaveOutBarriers(recording, chosen);
    int bad = 0;
    for (const Launch* l : chosen)
    {
        std::string difference = Run(recording, *l);
        if (difference.empty()) continue;
        bad++;
        std::printf("%s\n", difference.c_str());
    }
    std::printf("%zu launches of %zu kernels replayed, %d differ\n", chosen.size(), kernels.size(), bad);
    return bad != 0 || chosen.empty();
}

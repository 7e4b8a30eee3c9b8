// A recording of the emulated driver, as Record.h describes the file, with each piece of memory at its exact size.
#ifndef GUIDEDMIXUP_SANITIZE_RECORDING_H
#define GUIDEDMIXUP_SANITIZE_RECORDING_H

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <vector>

/// What the recording test leaves in a workspace that nobody has written.
constexpr std::uint32_t Untouched = 0xFFC5A5C5;

struct Memory { std::uint64_t serial, size; std::uint32_t before, after; };
struct Pointer { std::uint32_t argument, offset, memory; std::uint64_t to; };

struct Launch
{
    std::string kernel;
    unsigned grid[3], block[3], shared;
    std::vector<std::string> arguments;
    std::vector<Memory> memories;
    std::vector<Pointer> pointers;

    std::string Text() const
    {
        return kernel + " <<<" + std::to_string(grid[0]) + "x" + std::to_string(grid[1]) + ", " + std::to_string(block[0]) + ", " + std::to_string(shared) + ">>>";
    }
};

struct Recording
{
    std::vector<std::string> contents;
    std::vector<Launch> launches;
    /// Where the pieces of an allocation end, by where they begin.
    std::map<std::uint64_t, std::map<std::uint64_t, std::uint64_t>> pieces;

    explicit Recording(const char* path)
    {
        std::FILE* file = std::fopen(path, "rb");
        if (file == nullptr) { std::perror(path); std::exit(2); }
        char chunk[1 << 16];
        for (std::size_t n; (n = std::fread(chunk, 1, sizeof chunk, file)) > 0;) bytes.append(chunk, n);
        std::fclose(file);
        if (Take(8) != "GMREC01\n") Broken();
        while (at < bytes.size())
        {
            std::string kind = Take(1);
            if (kind == "B") contents.push_back(Take(Number<std::uint64_t>()));
            else if (kind == "L") TakeLaunch();
            else Broken();
        }
        bytes.clear();
        Cut();
    }

private:
    std::string bytes;
    std::size_t at = 0;

    [[noreturn]] static void Broken() { std::fprintf(stderr, "this is no whole recording\n"); std::exit(2); }

    std::string Take(std::uint64_t size)
    {
        if (size > bytes.size() - at) Broken();
        at += size;
        return bytes.substr(at - size, size);
    }

    template <typename T>
    T Number()
    {
        T value;
        std::memcpy(&value, Take(sizeof value).data(), sizeof value);
        return value;
    }

    void TakeLaunch()
    {
        Launch l;
        l.kernel = Take(Number<std::uint32_t>());
        for (unsigned& v : l.grid) v = Number<std::uint32_t>();
        for (unsigned& v : l.block) v = Number<std::uint32_t>();
        l.shared = Number<std::uint32_t>();
        for (auto n = Number<std::uint32_t>(); n > 0; n--) l.arguments.push_back(Take(Number<std::uint32_t>()));
        for (auto n = Number<std::uint32_t>(); n > 0; n--)
        {
            Memory m = {};
            m.serial = Number<std::uint64_t>(), m.size = Number<std::uint64_t>();
            m.before = Number<std::uint32_t>(), m.after = Number<std::uint32_t>();
            l.memories.push_back(m);
        }
        for (auto n = Number<std::uint32_t>(); n > 0; n--)
        {
            Pointer p = {};
            p.argument = Number<std::uint32_t>(), p.offset = Number<std::uint32_t>(), p.memory = Number<std::uint32_t>();
            p.to = Number<std::uint64_t>();
            l.pointers.push_back(p);
        }
        launches.push_back(l);
    }

    /// A workspace is one allocation of many buffers: each begins where some launch points to, 256-byte aligned, and ends before what
    /// stayed untouched in every launch, so that a sanitizer sees the end of each. Other pointers lie inside the piece before them.
    void Cut()
    {
        std::map<std::uint64_t, std::set<std::uint64_t>> begins;
        for (const Launch& l : launches)
        {
            for (const Memory& m : l.memories) begins[m.serial].insert(0);
            for (const Pointer& p : l.pointers)
                if (p.to % 256 == 0) begins[l.memories[p.memory].serial].insert(p.to);
        }
        for (const Launch& l : launches)
            for (const Memory& m : l.memories)
                for (auto b = begins[m.serial].begin(); b != begins[m.serial].end(); ++b)
                {
                    std::uint64_t end = std::next(b) == begins[m.serial].end() ? m.size : *std::next(b);
                    std::uint64_t used = std::max(Used(contents[m.before], *b, end), Used(contents[m.after], *b, end));
                    std::uint64_t& known = pieces[m.serial].try_emplace(*b, *b).first->second;
                    known = std::max(known, used);
                }
    }

    static std::uint64_t Used(const std::string& data, std::uint64_t begin, std::uint64_t end)
    {
        while (end % 4 == 0 && end >= begin + 4 && std::memcmp(data.data() + end - 4, &Untouched, 4) == 0) end -= 4;
        return end;
    }
};

#endif

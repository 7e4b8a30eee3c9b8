// What is a pointer is seen, not declared: eight bytes of an argument, aligned, that name a place inside a live allocation.
#include "Record.h"
#include "Driver.h"

#include <cstdio>
#include <cstring>
#include <unordered_map>

namespace emulation
{

namespace
{

std::FILE* file;
std::unordered_map<std::string, std::uint32_t> contents;

template <typename T>
void Append(std::string& to, T value) { to.append(reinterpret_cast<const char*>(&value), sizeof value); }

std::uint32_t Contents(const void* data, std::size_t size)
{
    auto [entry, isNew] = contents.try_emplace(std::string(static_cast<const char*>(data), size), static_cast<std::uint32_t>(contents.size()));
    if (isNew)
    {
        std::string head = "B";
        Append<std::uint64_t>(head, size);
        std::fwrite(head.data(), 1, head.size(), file);
        std::fwrite(data, 1, size, file);
    }
    return entry->second;
}

} // namespace

LaunchRecord::LaunchRecord(const Kernel& kernel, Dim3 grid, Dim3 block, unsigned shared, const std::vector<void*>& arguments) : on(file != nullptr)
{
    if (!on) return;
    head = "L";
    Append<std::uint32_t>(head, static_cast<std::uint32_t>(kernel.name.size()));
    head += kernel.name;
    for (unsigned v : {grid.x, grid.y, grid.z, block.x, block.y, block.z, shared, static_cast<unsigned>(arguments.size())}) Append<std::uint32_t>(head, v);
    for (std::uint32_t i = 0; i < arguments.size(); i++)
    {
        std::uint32_t size = static_cast<std::uint32_t>(kernel.argumentSizes[i]);
        const char* bytes = static_cast<const char*>(arguments[i]);
        Append(head, size);
        head.append(bytes, size);
        for (std::uint32_t at = 0; at + 8 <= size; at += 8)
        {
            std::uintptr_t value;
            std::memcpy(&value, bytes + at, sizeof value);
            const Allocation* a = FindAllocation(value, 1);
            if (a == nullptr) continue;
            std::uint32_t m = 0;
            while (m < memories.size() && memories[m].serial != a->serial) m++;
            if (m == memories.size()) memories.push_back({a->base, a->serial, a->size, Contents(reinterpret_cast<void*>(a->base), a->size)});
            pointers.push_back({i, at, m, value - a->base});
        }
    }
}

void LaunchRecord::Write() const
{
    if (!on) return;
    std::string out = head;
    Append<std::uint32_t>(out, static_cast<std::uint32_t>(memories.size()));
    for (const Memory& m : memories)
    {
        Append(out, m.serial);
        Append(out, m.size);
        Append(out, m.before);
        Append(out, Contents(reinterpret_cast<void*>(m.base), m.size));
    }
    Append<std::uint32_t>(out, static_cast<std::uint32_t>(pointers.size()));
    for (const Pointer& p : pointers)
    {
        Append(out, p.argument);
        Append(out, p.offset);
        Append(out, p.memory);
        Append(out, p.to);
    }
    std::fwrite(out.data(), 1, out.size(), file);
}

} // namespace emulation

using namespace emulation;

int GuidedMixupEmulationRecord(const char* path)
{
    std::lock_guard<std::recursive_mutex> lock(Driver().mutex);
    int status = 0;
    if (file != nullptr) status = std::fclose(file) != 0;
    file = nullptr;
    contents.clear();
    if (path == nullptr) return status;
    file = std::fopen(path, "wb");
    return file == nullptr || std::fwrite("GMREC01\n", 1, 8, file) != 8;
}

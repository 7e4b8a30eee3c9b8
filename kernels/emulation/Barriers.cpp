// Barriers by their place in the sources, for builds that leave them out one at a time to show that ThreadSanitizer misses each.
#include "Registry.h"

#include <cstdlib>
#include <cstring>

namespace emulation
{

namespace
{

struct Site { const char* file; int line; bool reached; };
Site sites[256];
unsigned siteCount;
std::string droppedFile;
int droppedLine;

/// True where the barrier at this place is the one to leave out; remembers that it was reached.
bool IsDropped(const char* file, int line)
{
    unsigned i = 0;
    while (i < siteCount && (sites[i].line != line || std::strcmp(sites[i].file, file) != 0)) i++;
    if (i == siteCount)
    {
        if (siteCount == 256) Fail(Fault::Divergent, "more than 256 barriers in the sources", nullptr);
        sites[siteCount++] = {file, line, false};
    }
    sites[i].reached = true;
    return line == droppedLine && droppedFile == file;
}

} // namespace

void BlockBarrierAt(const char* file, int line)
{
    if (!IsDropped(file, line)) BlockBarrier();
}

void WarpBarrierAt(const char* file, int line, unsigned mask)
{
    if (!IsDropped(file, line)) WarpMeet(Meeting::Sync, mask, 0, 0);
}

void DropBarrier(const char* site)
{
    const char* colon = site == nullptr ? nullptr : std::strrchr(site, ':');
    droppedFile = colon == nullptr ? "" : std::string(site, colon);
    droppedLine = colon == nullptr ? 0 : std::atoi(colon + 1);
}

std::string ReachedBarriers()
{
    std::string all;
    for (unsigned i = 0; i < siteCount; i++)
    {
        if (sites[i].reached) all += std::string(sites[i].file) + ":" + std::to_string(sites[i].line) + " ";
        sites[i].reached = false;
    }
    return all;
}

} // namespace emulation

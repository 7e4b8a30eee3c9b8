// What kernels compute on the emulated grid, and the faults it has to find in them.
#include "Test.h"

struct Range { int n; float scale; };

void Results()
{
    std::vector<std::vector<float>> all;
    for (unsigned long long seed : {0, 1, 2, 77})
    {
        GuidedMixupEmulationSeed(seed, 0);
        std::vector<float> bits;
        for (int n : {1, 127, 1000, 3 * 33 * 47})
        {
            Buffer x(n), y(n), out(5), ticket(1), last(1);
            std::vector<float> v(n);
            for (int i = 0; i < n; i++) v[i] = std::sin(i * 0.1f);
            x.Write(v);
            Returns(cuMemsetD32Async(ticket.p, 0, 1, nullptr), 0, "memset");
            Returns(Launch("test_sum", 5, 128, 0, nullptr, x.p, Range{n, 2}, out.p, ticket.p, last.p), 0, "test_sum");
            double sum = 0, got = 0;
            for (float f : v) sum += 2 * f;
            for (float f : out.Read()) got += f, bits.push_back(f);
            Expect(std::fabs(sum - got) < 1e-3, "the sum of " + std::to_string(n));
            float blocks = last.Read()[0];
            int five;
            std::memcpy(&five, &blocks, 4);
            Expect(five == 5, "the last block knows that it is");
            Returns(Launch("test_reverse", (n + 255) / 256, 64, 1024, nullptr, x.p, y.p, n), 0, "test_reverse");
            std::vector<float> reversed = y.Read();
            bool right = true;
            for (int i = 0; i < n; i++)
            {
                int start = i / 256 * 256, count = std::min(256, n - start);
                right &= reversed[i] == v[start + count - 1 - (i - start)];
            }
            Expect(right, "reversed, " + std::to_string(n));
        }
        all.push_back(bits);
        Buffer warp(192);
        Returns(Launch("test_warp", 1, 64, 0, nullptr, warp.p), 0, "test_warp");
        std::vector<float> words = warp.Read();
        std::vector<unsigned> w(192);
        std::memcpy(w.data(), words.data(), 192 * 4);
        Expect(w[0] == 0xAAAAAAAA && w[1] == 3 && w[2] == 0 && w[33 * 3 + 1] == 36 && w[33 * 3 + 2] == 32 && w[31 * 3 + 1] == 31, "ballot and shuffles");
    }
    for (const auto& bits : all) Expect(bits == all[0], "equal bits whatever the order");

    Buffer x(64), logs(64), powers(64);
    std::vector<float> v(64), plain;
    for (int i = 0; i < 64; i++) v[i] = 0.1f + i * 0.3f;
    x.Write(v);
    int differ = 0;
    for (unsigned long long seed : {0, 5})
    {
        GuidedMixupEmulationSeed(0, seed);
        Returns(Launch("test_approximate", 1, 64, 0, nullptr, x.p, logs.p, powers.p), 0, "test_approximate");
        std::vector<float> l = logs.Read(), p = powers.Read();
        for (int i = 0; i < 64; i++)
        {
            double log = std::log2(double(v[i])), power = std::exp2(double(v[i])), half = 0x1p-24 * std::fabs(log);
            Expect(std::fabs(l[i] - log) <= (v[i] > .5 && v[i] < 2 ? 0x1p-22 : 0x1p-22 * std::fabs(log)) + half, "Log2 within its bound");
            Expect(std::fabs(p[i] - power) <= 0x1.4p-22 * power, "Exp2 within its bound");
        }
        if (seed == 0) plain = l;
        else for (int i = 0; i < 64; i++) differ += l[i] != plain[i];
    }
    Expect(differ > 20, "Log2's errors are seen");
    GuidedMixupEmulationSeed(0, 0);
}

void Faults()
{
    struct Plant { int kind, status; const char* says; };
    for (unsigned long long seed : {0, 9})
        for (Plant plant : {Plant{0, 702, "__syncthreads"}, {1, 702, "lanes that never come"}, {2, 716, "misaligned Load4"}, {4, 700, "illegal memory access"}, {5, 700, "illegal memory access"}, {6, 700, "illegal memory access"}, {8, 719, "different operations or masks"}})
        {
            GuidedMixupEmulationSeed(seed, 0);
            Device x, out;
            Returns(cuMemAlloc_v2(&x, 256), 0, "alloc"), Returns(cuMemAlloc_v2(&out, 1024), 0, "alloc");
            Returns(Launch("test_fault", 2, 64, 256, nullptr, plant.kind, x, out), 0, "a fault shows later");
            std::string name = "fault " + std::to_string(plant.kind);
            Returns(cuCtxSynchronize(), plant.status, name);
            Returns(cuMemFree_v2(x), plant.status, name + " is sticky");
            Expect(MessageHas(plant.says) && MessageHas("test_fault") && MessageHas("block ") && MessageHas("thread "), name + " says what and where");
            GuidedMixupEmulationReset();
            Returns(cuMemFree_v2(x), 0, "free"), Returns(cuMemFree_v2(out), 0, "free");
        }
    Buffer x(64), out(64);
    Returns(Launch("test_fault", 1, 64, 256, nullptr, 3, x.p, out.p), 0, "fault 3");
    std::vector<float> read = out.Read();
    Expect(std::isnan(read[0]) && read[7] == 1, "shared memory never written reads as NaN");
    std::vector<float> orders[2];
    for (int k = 0; k < 2; k++)
    {
        GuidedMixupEmulationSeed(k * 3, 0);
        Returns(Launch("test_fault", 1, 64, 256, nullptr, 7, x.p, out.p), 0, "fault 7");
        orders[k] = out.Read();
    }
    Expect(std::memcmp(orders[0].data(), orders[1].data(), 256) != 0, "a race shows in another order");
    // Behind 63 floats lie four bytes of margin before the next page.
    Device odd;
    Returns(cuMemAlloc_v2(&odd, 63 * 4), 0, "alloc");
    *reinterpret_cast<float*>(odd + 63 * 4) = 1;
    Returns(cuCtxSynchronize(), 700, "a damaged margin");
    GuidedMixupEmulationReset();
    Returns(cuMemFree_v2(odd), 700, "a damaged margin at free");
    GuidedMixupEmulationReset();
}

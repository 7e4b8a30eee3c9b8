using System;
using System.Linq;
using GuidedMixup.Cpu;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <content>The maximum flows under the cuts, against an independent simple one.</content>
public sealed partial class GridCutTests
{
    [Test]
    public unsafe void GridFlow_OfAnyNetwork_CutsAsThePlainMaximumFlow(
        [Values("1x1", "1x9", "7x1", "2x2", "5x7", "8x8", "3x31", "16x16", "32x32")] string size, [Values("any", "ties", "sparse", "large")] string kind)
    {
        (int h, int w) = Size(size);
        for (int seed = 0; seed < (h * w > 200 ? 2 : 20); seed++)
        {
            var random = new Random(seed);
            int nodes = h * w, limit = kind switch { "ties" => 3, "large" => 1 << 27, _ => 1000 };
            var network = new Reference.MaxFlow(nodes + 2);
            using HostWorkspace workspace = HostWorkspace.Rent();
            var flow = new GridFlow(h, w, workspace);
            for (int s = 0; s < nodes; s++)
            {
                int supply = random.Next(-limit, limit + 1);
                (flow.Excess[s], flow.Room[s]) = (Math.Max(supply, 0), Math.Max(-supply, 0));
                if (supply > 0) flow.ExcessBits[s / 64] |= 1ul << s;
                if (supply < 0) flow.RoomBits[s / 64] |= 1ul << s;
                network.Add(nodes, s, flow.Excess[s]);
                network.Add(s, nodes + 1, flow.Room[s]);
                int right = kind == "sparse" && random.Next(3) > 0 ? 0 : random.Next(limit / 2 + 1), down = random.Next(limit / 2 + 1);
                int left = random.Next(limit / 2 + 1), up = random.Next(limit / 2 + 1);
                if (s % w < w - 1)
                {
                    (flow.Right[s], flow.Left[s + 1]) = (right, left);
                    if (right > 0) flow.RightBits[s / 64] |= 1ul << s;
                    if (left > 0) flow.LeftBits[(s + 1) / 64] |= 1ul << (s + 1);
                    network.Add(s, s + 1, right, left);
                }

                if (s + w >= nodes) continue;
                (flow.Down[s], flow.Up[s + w]) = (down, up);
                if (down > 0) flow.DownBits[s / 64] |= 1ul << s;
                if (up > 0) flow.UpBits[(s + w) / 64] |= 1ul << (s + w);
                network.Add(s, s + w, down, up);
            }

            flow.Run();
            network.Run(nodes, nodes + 1);
            bool[] expected = network.ReachesSink(nodes + 1);
            for (int s = 0; s < nodes; s++)
                Assert.That((flow.SinkSide[s / 64] >> s & 1) == 1, Is.EqualTo(expected[s]), $"seed {seed}, node {s}");
        }
    }

    [Test]
    public void MaxFlow_OfAnyNetwork_CutsAsThePlainMaximumFlow([Values(1, 2, 5, 30)] int nodes, [Values(3, 1000, 1 << 27)] int limit)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            using HostWorkspace workspace = HostWorkspace.Rent();
            var flow = new Cpu.MaxFlow(nodes, 3 * nodes, workspace);
            var network = new Reference.MaxFlow(nodes + 2);
            flow.Clear(nodes);
            for (int v = 0; v < nodes; v++)
            {
                int supply = random.Next(-limit, limit + 1);
                flow.Supply(v, supply);
                network.Add(nodes, v, Math.Max(supply, 0));
                network.Add(v, nodes + 1, Math.Max(-supply, 0));
            }

            for (int arc = 0; arc < 3 * nodes; arc++)
            {
                (int from, int to, int capacity) = (random.Next(nodes), random.Next(nodes), random.Next(limit));
                flow.Arc(from, to, capacity);
                network.Add(from, to, capacity);
            }

            flow.Run();
            network.Run(nodes, nodes + 1);
            bool[] expected = network.ReachesSink(nodes + 1);
            Assert.That(Enumerable.Range(0, nodes).Select(flow.IsSink), Is.EqualTo(expected.Take(nodes)), $"seed {seed}");
        }
    }
}

using System;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>Philox4x32-10 against the known answers of Random123.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class PhiloxTests
{
    [TestCase(new uint[] { 0, 0, 0, 0 }, new uint[] { 0, 0 }, new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 })]
    [TestCase(
        new uint[] { uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue },
        new uint[] { uint.MaxValue, uint.MaxValue },
        new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd })]
    [TestCase(
        new uint[] { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
        new uint[] { 0xa4093822, 0x299f31d0 },
        new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 })]
    public void Block_gives_the_known_answers(uint[] counter, uint[] key, uint[] words)
    {
        var actual = new uint[4];
        Philox.Block(counter, key, actual);
        Assert.That(actual, Is.EqualTo(words));
    }

    [Test]
    public void Block_may_overwrite_its_counter()
    {
        uint[] words = [0, 0, 0, 0];
        Philox.Block(words, [0, 0], words);
        Assert.That(words, Is.EqualTo(new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 }));
    }

    [Test]
    public void Draw_packs_seed_step_rank_and_purpose_as_documented()
    {
        var words = new uint[4];
        Philox.Block([3, 0x55667788, 0x11223344, (1u << 24) + 9], [0xCAFEBABE, 0xDEADBEEF], words);
        ulong draw = Philox.Draw(0xDEADBEEFCAFEBABE, 0x1122334455667788, 9, Philox.Purpose.Probability, 3);
        Assert.That(draw, Is.EqualTo(((ulong)words[0] << 32) | words[1]));
        Assert.That(
            Philox.Uniform(0xDEADBEEFCAFEBABE, 0x1122334455667788, 9, Philox.Purpose.Probability, 3),
            Is.EqualTo(Math.ScaleB(draw >> 11, -53)));
    }
}

using System.Collections.Generic;
using System.Linq;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.C;

/// <summary>Mixer handles: stale, foreign and made-up ones are errors, never a crash.</summary>
[TestFixture("v3")]
[TestFixture("v4")]
public sealed unsafe class HandleTests(string level) : CFixture(level)
{
    [Test]
    public void NULL_may_be_destroyed_and_not_used()
    {
        Assert.That(Destroy(0), Is.Zero);
        AssertUnknown(0, "NULL where a mixer is needed");
    }

    [Test]
    public void Destroyed_twice_or_used_after_is_an_error()
    {
        nint mixer = Create(null);
        Assert.That(Destroy(mixer), Is.Zero);
        AssertUnknown(mixer, "no mixer, or one that was destroyed");
        nint next = Create(null);
        Assert.That(next, Is.Not.EqualTo(mixer), "a handle is never used again, though its place is.");
        Assert.That(Destroy(mixer), Is.EqualTo(1));
        Assert.That(Destroy(next), Is.Zero);
    }

    [Test]
    public void Foreign_pointers_are_errors()
    {
        nint mixer = Create(null);
        long local = 0;
        foreach (nint foreign in (nint[])[(nint)(&local), 1, -1, nint.MaxValue, nint.MinValue, mixer ^ 1, mixer + 2, mixer + (1 << 21)])
            AssertUnknown(foreign, "no mixer");
        Assert.That(Destroy(mixer), Is.Zero);
    }

    [Test]
    public void A_thousand_mixers_keep_their_own_options()
    {
        using var memory = new CMemory();
        using var batch = new SeededBatch(5, 3, 8, 9);
        var mixers = new List<nint>();
        for (int seed = 0; seed < 1000; seed++)
            mixers.Add(Create(memory.Options(new GuidedMixerOptions { Pairing = Pairing.Random, Seed = (ulong)seed })));
        Assert.That(mixers.Distinct().Count(), Is.EqualTo(1000));
        foreach (int seed in (int[])[0, 15, 16, 511, 999])
        {
            var options = new GuidedMixerOptions { Pairing = Pairing.Random, Seed = (ulong)seed };
            Assert.That(Mix(mixers[seed], batch), Is.EqualTo(MixRecord.Run(new GuidedMixer(options), batch).Partners), $"seed {seed}");
        }

        foreach (nint mixer in mixers) Assert.That(Destroy(mixer), Is.Zero);
    }

    private int[] Mix(nint mixer, SeededBatch batch)
    {
        using var memory = new CMemory();
        using var outputs = new OutputSet(batch, ElementType.Float32);
        nint* inputs = memory.Tensors((nint)memory.Tensor(batch.Images.View), 0, 0, 0, 0, 0, 0, 0);
        nint* results = memory.Tensors((nint)memory.Tensor(outputs.Images.View), 0, 0, 0, 0, (nint)memory.Tensor(outputs.Partners.View), 0, 0, 0, 0, 0);
        Library.Check(((delegate* unmanaged<nint, nint*, nint*, CExecution*, int*, int>)Library["mix"])(mixer, inputs, results, null, null));
        return outputs.Partners.AsSpan<int>().ToArray();
    }

    private void AssertUnknown(nint mixer, string says)
    {
        long bytes = 0;
        int status = ((delegate* unmanaged<nint, CDevice, long, long, long, long, long*, int>)Library["prepare"])(mixer, CDevice.Cpu, 1, 1, 8, 8, &bytes);
        Assert.That(status, Is.EqualTo(1));
        Assert.That(Library.LastError, Does.StartWith("mixer: ").And.Contain(says));
        if (mixer == 0) return;
        Assert.That(Destroy(mixer), Is.EqualTo(1));
        Assert.That(Library.LastError, Does.Contain(says));
    }

    private nint Create(COptions* options)
    {
        nint mixer = 0;
        Library.Check(((delegate* unmanaged<COptions*, nint*, int>)Library["mixer_create"])(options, &mixer));
        return mixer;
    }

    private int Destroy(nint mixer) => ((delegate* unmanaged<nint, int>)Library["mixer_destroy"])(mixer);
}

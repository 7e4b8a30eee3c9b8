using System;
using System.IO;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>The README's C# is this test's body: it compiles, runs and does what the text says.</summary>
public sealed class ReadmeTests
{
    [Test]
    public void Snippet_OfTheReadme_Runs()
    {
        // readme
        using var images = HostTensor.Allocate(ElementType.Float32, 64, 3, 224, 224);   // or a TensorView over any pointer
        using var labels = HostTensor.Allocate(ElementType.Int64, 64);
        using var mixed = HostTensor.Allocate(ElementType.Float32, 64, 3, 224, 224);
        using var soft = HostTensor.Allocate(ElementType.Float32, 64, 100);

        var mixer = new GuidedMixer(new GuidedMixerOptions { Seed = 7, Probability = 0.5 });
        var outputs = new MixOutputs { Images = mixed.View, SoftLabels = soft.View };
        for (ulong step = 0; step < 10; step++)
            mixer.Mix(images.View, labels.View, outputs, step);
        // end
        Assert.That(soft.AsSpan<float>().ToArray().Chunk(100).Select(row => row[0]), Is.All.EqualTo(1f), "all labels are class 0");
    }

    [Test]
    public void Snippet_OfTheMethods_Runs()
    {
        // readme
        var mixer = new GuidedMixer(new GuidedMixerOptions { Method = MixMethod.CutMix, Pairing = Pairing.Greedy, Seed = 7 });
        // end
        using var batch = new Contract.SeededBatch(4, 3, 16, 16);
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32);
        Assert.That(mixer.Mix(batch.Inputs(mixer.Options), new MixOutputs { Images = mixed.View }).IsMixed);
    }

    [Test]
    public void Snippet_OfTheReadme_IsTheOneAbove()
    {
        string source = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ReadmeTests.cs.txt"));
        string[] shown = [.. source.Split("// readme\n").Skip(1).SelectMany(part => part.Split("// end")[0].Split('\n')).Select(line => line.Trim()).Where(line => line.Length > 0)];
        string[] told = [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "README.md")).Select(line => line.Trim())];
        Assert.That(shown, Is.SubsetOf(told), "every line of the snippet stands in the README");
    }
}

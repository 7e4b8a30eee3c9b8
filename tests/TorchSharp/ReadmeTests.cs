using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using GuidedMixup.LibTorch;
using GuidedMixup.TorchSharp;
using NUnit.Framework;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>The README's loops, compiled against the stub and run: real forward and backward passes, losses that fall.</summary>
public sealed class ReadmeTests : TorchFixture
{
    [Test]
    public void Guided_SR_trains()
    {
        using var network = new ConvNet(Golden);
        var losses = new List<double>();
        foreach (Handle weight in network.Weights) Shim.THSTensor_set_requires_grad(weight, true);
        var model = new TrainingNet(network);
        TrainingNet.Descent optimizer = model.Optimizer(0.5);
        // readme: Guided-SR
        var mixer = new TorchMixer(new GuidedMixerOptions { Seed = 7, Probability = 0.5 }, classes: 10);
        foreach ((Tensor images, Tensor labels) in Batches())
        {
            using var scope = NewDisposeScope();
            (Tensor mixed, Tensor targets) = mixer.Mix(images, labels);   // new tensors of torch's, filled by the kernels
            optimizer.zero_grad();
            Tensor loss = functional.cross_entropy(model.call(mixed), targets);
            loss.backward();
            optimizer.step();
            // end
            losses.Add(Item(loss));
        }

        AssertFall(losses);
    }

    [Test]
    public void Guided_AP_trains()
    {
        using var network = new ConvNet(Golden);
        var losses = new List<double>();
        foreach (Handle weight in network.Weights) Shim.THSTensor_set_requires_grad(weight, true);
        var model = new TrainingNet(network);
        TrainingNet.Descent optimizer = model.Optimizer(0.5);
        // readme: Guided-AP
        var mixer = new TorchMixer(new GuidedMixerOptions { Saliency = Saliency.Gradient, Seed = 7, Probability = 0.8 }, classes: 10);
        foreach ((Tensor images, Tensor labels) in Batches())
        {
            using var scope = NewDisposeScope();
            images.requires_grad = true;
            functional.cross_entropy(model.call(images), labels).backward();   // leaves images.grad
            (Tensor mixed, Tensor targets) = mixer.Mix(images, labels);        // reads it where it lies
            optimizer.zero_grad();   // left out, the clean batch's gradient is added to the mixed one's
            Tensor loss = functional.cross_entropy(model.call(mixed), targets);
            loss.backward();
            optimizer.step();
            // end
            losses.Add(Item(loss));
        }

        AssertFall(losses);
    }

    [Test]
    public void Handles_mix()
    {
        using Handle x0 = GoldenTests.Images(Golden), t0 = Handle.Longs([.. Golden.Values("targets").Select(v => (long)v)], 8);
        using Handle y0 = Handle.Empty(Handle.Float32, x0.Shape), s0 = Handle.Empty(Handle.Float32, 8, 10);
        nint images = x0, labels = t0, mixed = y0, soft = s0;
        Type tensorType = typeof(Tensor);
        var mixer = new GuidedMixer();
        const ulong step = 3;
        {
            // readme: handles
            TorchLibrary library = TorchLibrary.Load(tensorType.Assembly);   // the assembly that torch.Tensor lives in
            using TorchLease x = library.Borrow(images, "images"), t = library.Borrow(labels, "labels");
            using TorchLease y = library.BorrowOutput(mixed, "mixed"), s = library.BorrowOutput(soft, "soft");
            var execution = new Execution(library.CurrentStream(x.View.Device));   // and on a GPU a workspace
            mixer.Mix(x.View, t.View, new MixOutputs { Images = y.View, SoftLabels = s.View }, step, execution);
            // end
        }

        Assert.That(s0.ToDoubles().Sum(), Is.EqualTo(8).Within(1e-5));
    }

    [Test]
    public void Snippets_are_the_ones_above()
    {
        string[] compiled = Lines(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ReadmeTests.cs.txt"))
            .Split("// readme: ").Skip(1).SelectMany(part => part.Split('\n').Skip(1).TakeWhile(line => !line.Contains("// end", StringComparison.Ordinal))));
        // The lines that name tensors of the page's own, and the braces.
        string[] around = ["using GuidedMixup;", "using GuidedMixup.TorchSharp;", "using static TorchSharp.torch;", "using static TorchSharp.torch.nn;", "{", "}"];
        int snippets = 0;
        foreach (string page in (string[])["README.md", "TorchSharp.md"])
        {
            foreach (string block in File.ReadAllText(Path.Combine(AppContext.BaseDirectory, page)).Split("```csharp\n").Skip(1).Select(text => text.Split("```")[0]))
            {
                if (!block.Contains("TorchMixer", StringComparison.Ordinal) && !block.Contains("TorchLibrary", StringComparison.Ordinal)) continue;
                snippets++;
                Assert.That(Lines(block.Split('\n')), Is.SubsetOf(compiled.Concat(around)), $"{page}: every line is compiled and run above.");
            }
        }

        Assert.That(snippets, Is.GreaterThanOrEqualTo(3));
    }

    private static GoldenCase Golden => GoldenCase.All.Single(c => c.Name == "ap_convnet_8x32x32");

    private static string[] Lines(IEnumerable<string> lines) => [.. lines.Select(line => line.Trim()).Where(line => line.Length > 0)];

    /// <summary>The golden's eight photographs, again and again, each time in tensors of their own, as a loader hands them over.</summary>
    private static IEnumerable<(Tensor Images, Tensor Labels)> Batches()
    {
        for (int i = 0; i < 60; i++)
        {
            using Tensor images = Tensors.Of(GoldenTests.Images(Golden)), labels = Tensors.Longs([.. Golden.Values("targets").Select(t => (long)t)]);
            yield return (images, labels);
        }
    }

    private static unsafe float Item(Tensor loss) => *(float*)Shim.THSTensor_data(loss.Handle);

    private static void AssertFall(List<double> losses)
    {
        double first = losses.Take(10).Average(), last = losses.TakeLast(10).Average();
        TestContext.Out.WriteLine($"loss {first:0.000} → {last:0.000}");
        Assert.That(last, Is.LessThan(first - 0.05));
    }
}

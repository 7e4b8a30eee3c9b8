using System;
using System.IO;
using System.Linq;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>The ILGPU snippet of interop/TorchSharp/README.md, run in a context of its own over stand-ins with the members that ILGPU has.</summary>
[TestFixture]
public sealed unsafe class ForeignSnippetTests : CudaFixture
{
    [Test]
    public void Snippet_mixes_in_the_frameworks_context_and_is_the_pages()
    {
        const int n = 4, c = 3, h = 32, w = 32;
        const ulong step = 0;
        using var batch = new SeededBatch(n, c, h, w);
        using var foreign = new ForeignFramework();
        var mixer = new GuidedMixer();
        long bytes = WorkspaceSize.Mix(DeviceCopies.Gpu, n, h, w, mixer.Options);
        var images = new MemoryBuffer(foreign.Allocate(n * c * h * w * 4), n * c * h * w);
        var mixed = new MemoryBuffer(foreign.Allocate(n * c * h * w * 4), n * c * h * w);
        var scratch = new MemoryBuffer(foreign.Allocate(bytes), bytes);
        var stream = new CudaStream(foreign.Stream);
        // The emulated device's memory can be written here.
        batch.Images.AsSpan<float>().CopyTo(new Span<float>((void*)images.NativePtr, n * c * h * w));
        // snippet
        TensorView x = TensorView.OnDevice((void*)images.NativePtr, ElementType.Float32, [n, c, h, w]);
        TensorView y = TensorView.OnDevice((void*)mixed.NativePtr, ElementType.Float32, [n, c, h, w]);
        TensorView workspace = TensorView.OnDevice((void*)scratch.NativePtr, ElementType.UInt8, [scratch.Length]);
        mixer.Mix(x, default, new MixOutputs { Images = y }, step, new Execution(stream.StreamPtr, Workspace: workspace));
        // end
        foreign.Synchronise();
        byte[] found = new ReadOnlySpan<byte>((void*)mixed.NativePtr, n * c * h * w * 4).ToArray();
        Assert.That(found, Is.EqualTo(DeviceMix.Run(mixer, batch).Images), "as in the primary context");

        string[] lines = Lines(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ForeignSnippetTests.cs.txt")).Split("// snippet\n")[1].Split("// end")[0]);
        string page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "TorchSharp.md"));
        string shown = page.Split("```csharp\n").Skip(1).Select(text => text.Split("```")[0]).Single(block => block.Contains("NativePtr", StringComparison.Ordinal));
        Assert.That(Lines(shown).Where(line => !line.StartsWith("//", StringComparison.Ordinal)), Is.EqualTo(lines));
    }

    private static string[] Lines(string text) => [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];

    /// <summary>ILGPU's MemoryBuffer1D, as far as the snippet goes.</summary>
    private sealed record MemoryBuffer(nint NativePtr, long Length);

    /// <summary>ILGPU's CudaStream, as far as the snippet goes.</summary>
    private sealed record CudaStream(nint StreamPtr);
}

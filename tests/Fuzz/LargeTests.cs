using System;
using System.Runtime.InteropServices;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Cuda;
using NUnit.Framework;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>Offsets beyond 32 bits: one batch of more than 2³¹ pixels, and strides that reach as far with few.</summary>
[TestFixture]
[NonParallelizable]
public sealed unsafe class LargeTests
{
    private const int Far = 3, Side = 8;

    // In elements of one byte, and not a multiple of anything.
    private const long FarStep = (1L << 31) + 4099;

    [Test]
    public void UInt8_batch_beyond_2_31_pixels_is_mixed_right_at_sampled_pixels()
    {
        if (Environment.GetEnvironmentVariable("GUIDEDMIXUP_TESTS") != "full") Assert.Ignore("takes 13 GB and a minute: GUIDEDMIXUP_TESTS=full runs it.");
        const int n = 44, c = 3, h = 4096, w = 4000;
        const long pixels = (long)h * w, bytes = n * c * pixels;
        Assert.That(bytes, Is.GreaterThan(1L << 31));
        byte* images = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 64), mixed = (byte*)NativeMemory.AlignedAlloc((nuint)bytes + 64, 64);
        float* mask = (float*)NativeMemory.AlignedAlloc((nuint)(n * pixels * sizeof(float)), 64);
        int* partners = stackalloc int[n];
        float* ratio = stackalloc float[n];
        try
        {
            for (long i = 0; i < bytes / sizeof(ulong); i++) ((ulong*)images)[i] = Bits((ulong)i);
            new Span<byte>(mixed + bytes, 64).Fill(0xA7);
            for (int i = 0; i < n; i++) partners[i] = (i + 17) % n;
            // The maps come from few numbers, repeated by strides of 0.
            float* columns = stackalloc float[w];
            for (int i = 0; i < w; i++) columns[i] = 1 + (i * 31 % 97);
            new GuidedMixer(new() { Saliency = Saliency.Supplied }).Mix(
                new MixInputs
                {
                    Images = new TensorView(images, ElementType.UInt8, [n, c, h, w]),
                    Saliency = new TensorView(columns, ElementType.Float32, [n, h, w], [0, 0, 1]),
                    Partners = new TensorView(partners, ElementType.Int32, [n]),
                },
                new MixOutputs
                {
                    Images = new TensorView(mixed, ElementType.UInt8, [n, c, h, w]),
                    Mask = new TensorView(mask, ElementType.Float32, [n, h, w]),
                    Ratio = new TensorView(ratio, ElementType.Float32, [n]),
                });
            var random = new Random(1);
            for (int sample = 0; sample < 200_000; sample++)
            {
                // The last pixels of all are always among them.
                long at = sample < 1000 ? bytes - 1 - sample : random.NextInt64(bytes);
                long image = at / (c * pixels), inside = at % (c * pixels);
                byte own = images[at], other = images[(((image + 17) % n) * c * pixels) + inside];
                float m = mask[(image * pixels) + (inside % pixels)];
                Assert.That(m, Is.EqualTo(0.5f).Within(1e-6f), $"the mask of equal maps, pixel {at}");
                double exact = (m * (double)own) + ((1 - (double)m) * other);
                if (!(Math.Abs(mixed[at] - exact) <= 0.5001)) Assert.Fail($"pixel {at}: {mixed[at]} where {exact} is expected.");
            }

            Assert.That(new ReadOnlySpan<byte>(mixed + bytes, 64).ContainsAnyExcept((byte)0xA7), Is.False, "written past the end.");
            Assert.That(new ReadOnlySpan<float>(ratio, n).ToArray(), Is.All.EqualTo(0.5f).Within(1e-5f));
            // Each of these bytes is some image's own or its partner's: the inputs are as they were.
            for (long i = 0; i < bytes / sizeof(ulong); i += 513) Assert.That(((ulong*)images)[i] == Bits((ulong)i));
        }
        finally
        {
            NativeMemory.AlignedFree(images);
            NativeMemory.AlignedFree(mixed);
            NativeMemory.AlignedFree(mask);
            GuidedMixer.TrimWorkspaces();
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Images_farther_apart_than_2_31_elements_are_found(bool isDevice)
    {
        if (isDevice && !EmulatedDriver.IsHere) Assert.Ignore(EmulatedDriver.Why);
        // Two of 6.4 GB, of which the pages in use are all there is.
        using CudaBuffer? device = isDevice ? new CudaBuffer(2 * Far * FarStep) : null;
        byte* host = isDevice ? null : (byte*)NativeMemory.Alloc(2 * Far, (nuint)FarStep);
        byte* images = isDevice ? (byte*)device!.Data : host, mixed = images + (Far * FarStep);
        try
        {
            Device place = isDevice ? DeviceCopies.Gpu : Device.Cpu;
            TensorView View(byte* data) => new(data, ElementType.UInt8, [Far, 1, Side, Side], [FarStep, 1, Side, 1], place);
            for (int i = 0; i < Far; i++)
            {
                for (int p = 0; p < Side * Side; p++) images[(i * FarStep) + p] = (byte)((60 * i) + p);
            }

            using HostTensor mapsHost = HostTensor.Allocate(ElementType.Float32, Far, Side, Side), partnersHost = HostTensor.Allocate(ElementType.Int32, Far);
            mapsHost.AsSpan<float>().Fill(1);
            ((int[])[1, 2, 0]).CopyTo(partnersHost.AsSpan<int>());
            using DeviceCopies? copies = isDevice ? new DeviceCopies() : null;
            TensorView maps = copies?.Of(mapsHost.View) ?? mapsHost.View, partners = copies?.Of(partnersHost.View) ?? partnersHost.View;
            Execution execution = copies?.Execution(WorkspaceSize.PixelMix(place, Far, Side, Side)) ?? default;
            PixelMix.Mix(View(images), maps, partners, View(mixed), execution: execution);
            copies?.Stream.Synchronise();
            for (int i = 0; i < Far; i++)
            {
                for (int p = 0; p < Side * Side; p++)
                {
                    int own = (60 * i) + p, other = (60 * ((i + 1) % Far)) + p;
                    Assert.That(mixed[(i * FarStep) + p], Is.EqualTo((byte)((own + other) / 2)), $"image {i}, pixel {p}");
                }
            }
        }
        finally
        {
            NativeMemory.Free(host);
        }
    }

    private static ulong Bits(ulong i) => (i + 1) * 0x9E3779B97F4A7C15;
}

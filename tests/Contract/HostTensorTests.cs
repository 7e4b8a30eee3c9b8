using System;
using System.Runtime.CompilerServices;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>Memory for those who bring none: its alignment, its life, and its errors.</summary>
[TestFixture]
[NonParallelizable]
public sealed unsafe class HostTensorTests
{
    [Test]
    public void Allocates_zeroed_aligned_memory()
    {
        foreach (ElementType type in Enum.GetValues<ElementType>())
        {
            using HostTensor tensor = HostTensor.Allocate(type, 3, 5, 7);
            Assert.That((long)tensor.View.Data % 64, Is.Zero, $"{type} is not on a cache line.");
            var bytes = new Span<byte>(tensor.View.Data, 105 * type.Size());
            Assert.That(bytes.ContainsAnyExcept((byte)0), Is.False, $"{type} is not zeroed.");
        }
    }

    [Test]
    public void Pins_the_callers_memory_without_a_copy()
    {
        var array = new float[26];
        using HostTensor tensor = HostTensor.Pin(array.AsMemory(2), 2, 3, 4);
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        ((float*)tensor.View.Data)[5] = 42;
        Assert.That(array[7], Is.EqualTo(42f));
        Assert.That(tensor.AsSpan<float>().Length, Is.EqualTo(24));
    }

    [Test]
    public void Pins_every_element_type()
    {
        AssertType(HostTensor.Pin(new float[4].AsMemory(), 4), ElementType.Float32);
        AssertType(HostTensor.Pin(new Half[4].AsMemory(), 4), ElementType.Float16);
        AssertType(HostTensor.Pin(new ushort[4].AsMemory(), 4), ElementType.BFloat16);
        AssertType(HostTensor.Pin(new byte[4].AsMemory(), 4), ElementType.UInt8);
        AssertType(HostTensor.Pin(new int[4].AsMemory(), 4), ElementType.Int32);
        AssertType(HostTensor.Pin(new long[4].AsMemory(), 4), ElementType.Int64);
    }

    [Test]
    public void Pin_refuses_other_types_and_lengths()
    {
        AssertRefused(() => HostTensor.Pin(new double[4].AsMemory(), 4), "memory", "Double is no element type");
        AssertRefused(() => HostTensor.Pin(new float[5].AsMemory(), 4), "memory", "5 elements for the shape [4]");
        AssertRefused(() => HostTensor.Pin(Memory<float>.Empty, 1), "memory", "0 elements for the shape [1]");
        AssertRefused(() => HostTensor.Pin(new float[4].AsMemory(), -4), "shape", "shape[0] is -4");
    }

    [Test]
    public void Span_of_another_element_size_is_refused()
    {
        using HostTensor tensor = HostTensor.Allocate(ElementType.Float16, 4);
        Assert.That(
            () => tensor.AsSpan<float>().Length,
            Throws.ArgumentException.With.Message.Contains("Single").And.Message.Contains("2 bytes").And.Message.Contains("Float16"));
    }

    [Test]
    public void Use_after_dispose_is_an_error()
    {
        HostTensor tensor = HostTensor.Allocate(ElementType.Float32, 4);
        tensor.Dispose();
        Assert.That(() => tensor.View.Length, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => tensor.AsSpan<float>().Length, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(tensor.Dispose, Throws.Nothing, "a second Dispose does nothing.");
    }

    [Test]
    public void View_keeps_the_memory_from_collection()
    {
        (TensorView view, WeakReference owner) = OrphanedView();
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true);
            GC.WaitForPendingFinalizers();
        }

        Assert.That(owner.IsAlive, Is.True, "a view of it still lives.");
        Assert.That(((int*)view.Data)[3], Is.EqualTo(1234));
        GC.KeepAlive(view.Owner);
    }

    [Test]
    public void Forgotten_tensor_is_freed()
    {
        WeakReference owner = Forgotten();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true);
        Assert.That(owner.IsAlive, Is.False);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (TensorView View, WeakReference Owner) OrphanedView()
    {
        HostTensor tensor = HostTensor.Allocate(ElementType.Int32, 1000);
        tensor.AsSpan<int>()[3] = 1234;
        return (tensor.View, new WeakReference(tensor, trackResurrection: true));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Forgotten() => new(HostTensor.Allocate(ElementType.Int32, 1000), trackResurrection: true);

    private static void AssertType(HostTensor tensor, ElementType type)
    {
        using (tensor) Assert.That(tensor.View.Type, Is.EqualTo(type));
    }

    private static void AssertRefused(Action call, string position, string part)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(call)!;
        Assert.That(error.ParamName, Is.EqualTo(position), error.Message);
        Assert.That(error.Message, Does.Contain(part));
    }
}

using System;
using System.Collections.Generic;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.C;

/// <summary>A seeded batch, tensors that are freed after the test, and the comparison of a managed call with the C library's.</summary>
/// <param name="level">v3 or v4.</param>
public abstract unsafe class MethodFixture(string level) : CFixture(level)
{
    private protected const int N = 5, C = 3, H = 16, W = 24, K = SeededBatch.Classes;

    private readonly List<HostTensor> _tensors = [];

    private protected SeededBatch Batch { get; private set; } = null!;

    [SetUp]
    public void MakeBatch() => Batch = new SeededBatch(N, C, H, W);

    [TearDown]
    public void Free()
    {
        Batch.Dispose();
        foreach (HostTensor tensor in _tensors) tensor.Dispose();
        _tensors.Clear();
    }

    /// <summary>Calls a stage whose arguments are tensors, then options and an execution.</summary>
    private protected void Stage(string name, TensorView[] views, GuidedMixerOptions? options = null)
    {
        using var memory = new CMemory();
        var t = new nint[views.Length];
        for (int i = 0; i < t.Length; i++) t[i] = (nint)memory.Tensor(views[i]);
        void* function = Library[name];
        COptions* o = memory.Options(options ?? new GuidedMixerOptions());
        Library.Check(t.Length switch
        {
            5 => ((delegate* unmanaged<nint, nint, nint, nint, nint, COptions*, CExecution*, int>)function)(t[0], t[1], t[2], t[3], t[4], o, null),
            8 => ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, COptions*, CExecution*, int>)function)(
                t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], o, null),
            _ => ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, COptions*, CExecution*, int>)function)(
                t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10], o, null),
        });
    }

    /// <summary>Both calls on poisoned memory of the same shapes; their bytes are the same, and not the poison.</summary>
    private protected HostTensor[] Same(Action<HostTensor[]> managed, Action<HostTensor[]> native, params HostTensor[] shapes)
    {
        HostTensor[] expected = Array.ConvertAll(shapes, Like), found = Array.ConvertAll(shapes, Like);
        managed(expected);
        native(found);
        for (int i = 0; i < shapes.Length; i++)
        {
            Assert.That(Bytes(found[i]).SequenceEqual(Bytes(expected[i])), $"output {i}");
            Assert.That(Bytes(found[i]).ContainsAnyExcept((byte)0xFF), $"output {i} is written");
        }

        return found;
    }

    private protected HostTensor Partners()
    {
        HostTensor partners = Keep(HostTensor.Allocate(ElementType.Int64, N));
        new long[] { 1, 4, 2, 0, 3 }.CopyTo(partners.AsSpan<long>());
        return partners;
    }

    private protected HostTensor Boxes(int first)
    {
        HostTensor boxes = Ints(N, 4);
        for (int i = 0; i < N; i++) new[] { first + i, first, first + i + 6, first + 9 + i }.CopyTo(boxes.AsSpan<int>()[(4 * i)..]);
        return boxes;
    }

    private protected HostTensor Floats(params ReadOnlySpan<long> shape) => Keep(HostTensor.Allocate(ElementType.Float32, shape));

    private protected HostTensor Ints(params ReadOnlySpan<long> shape) => Keep(HostTensor.Allocate(ElementType.Int32, shape));

    private protected HostTensor Longs(long length) => Keep(HostTensor.Allocate(ElementType.Int64, length));

    private protected HostTensor Like(HostTensor other) => Keep(HostTensor.Allocate(other.View.Type, other.View.Shape));

    private HostTensor Keep(HostTensor tensor)
    {
        Bytes(tensor).Fill(0xFF);
        _tensors.Add(tensor);
        return tensor;
    }

    private protected static void Fill(HostTensor tensor)
    {
        var random = new Random(5);
        foreach (ref float value in tensor.AsSpan<float>()) value = random.NextSingle();
    }

    private static Span<byte> Bytes(HostTensor tensor) => new(tensor.View.Data, (int)tensor.View.Length * tensor.View.Type.Size());
}

using System;
using System.Linq;
using System.Runtime.InteropServices;
using GuidedMixup.LibTorch;
using NUnit.Framework;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>What cannot be borrowed says why, by name, and gives back what was taken; nothing ends the process.</summary>
public sealed unsafe class ErrorTests : TorchFixture
{
    [Test]
    public void No_handle() => Assert.That(Refused(0), Is.EqualTo("images: the handle is 0: there is no tensor. (Parameter 'images')"));

    [Test]
    public void Undefined_tensor()
    {
        using var tensor = new Handle(Shim.ShimUndefined(), Handle.Float32);
        Assert.That(Refused(tensor), Does.StartWith("images: the tensor is undefined."));
        Assert.That(Assert.Throws<ArgumentException>(() => Torch.BorrowOutput(tensor))!.Message, Does.Contain("undefined"));
        Assert.That(Assert.Throws<ArgumentException>(() => Torch.BorrowGradient(tensor))!.Message, Does.Contain("has no gradient"));
    }

    [Test]
    public void Sparse_tensors()
    {
        using Handle dense = Handle.Floats([1, 0, 0, 2], 2, 2);
        using Handle coo = new(Shim.ShimSparse(dense), Handle.Float32, 2, 2), csr = new(Shim.ShimSparseCsr(dense), Handle.Float32, 2, 2);
        Assert.That(Refused(coo), Does.StartWith("images: sparse; a dense tensor is needed (to_dense())."));
        Assert.That(Refused(csr), Does.StartWith("images: not dense: it has no memory that can be viewed (libtorch: "));
    }

    [Test]
    public void Nested_tensor()
    {
        using Handle dense = Handle.Floats(new double[8], 2, 4);
        using var nested = new Handle(Shim.ShimNested(dense), Handle.Float32, 2, 4);
        Assert.That(Refused(nested), Does.StartWith("images: not dense: it has no strides (libtorch: "));
    }

    [Test]
    public void Meta_tensor()
    {
        long* sizes = stackalloc long[1] { 4 };
        using var meta = new Handle(Shim.THSTensor_empty(sizes, 1, Handle.Float32, 14, -1, false), Handle.Float32, 4);
        Assert.That(Refused(meta), Does.StartWith("images: ").And.Contain("meta tensor"));
    }

    [Test]
    public void Empty_tensor()
    {
        using Handle empty = Handle.Empty(Handle.Float32, 0, 3, 8, 8);
        Assert.That(Refused(empty), Does.StartWith("images: has no elements"));
        using Handle part = Handle.Empty(Handle.Float32, 4, 3), none = part.Narrow(1, 1, 0);
        Assert.That(Refused(none), Does.StartWith("images: ").And.Contain("size 0 in dimension 1").Or.Contain("has no elements"));
    }

    [Test]
    public void Types_that_no_stage_takes()
    {
        using Handle doubles = Handle.Empty(Handle.Float64, 2), flags = Handle.Empty(11, 2), complex = Handle.Empty(9, 2), floats = Handle.Floats([1, 2], 2);
        using Handle quantised = new(Shim.ShimQuantised(floats), 13, 2);
        const string Taken = "; float32, float16, bfloat16, uint8, int32 and int64 are taken.";
        Assert.That(Refused(doubles), Does.StartWith("images: float64" + Taken));
        Assert.That(Refused(flags), Does.StartWith("images: bool" + Taken));
        Assert.That(Refused(complex), Does.StartWith("images: complex64" + Taken));
        Assert.That(Refused(quantised), Does.StartWith("images: quint8" + Taken));
    }

    [Test]
    public void View_that_torch_negates_as_it_reads()
    {
        using Handle floats = Handle.Floats([1, 2], 2);
        using var negated = new Handle(Shim.ShimLazilyNegated(floats), Handle.Float32, 2);
        Assert.That(Refused(negated), Does.StartWith("images: a view whose memory holds the negated values"));
    }

    [Test]
    public void Output_that_requires_a_gradient()
    {
        using Handle output = Handle.Empty(Handle.Float32, 4);
        Shim.THSTensor_set_requires_grad(output, true);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Torch.BorrowOutput(output, "mixed"))!;
        Assert.That(error.Message, Does.StartWith("mixed: requires a gradient").And.Contain("behind autograd's back"));
        using TorchLease input = Torch.Borrow(output);
        Assert.That(input.View.Length, Is.EqualTo(4), "to be read it may.");
    }

    [Test]
    public void Output_whose_elements_share_memory_is_the_mixers_to_refuse()
    {
        using Handle images = Handle.Floats([.. Enumerable.Range(0, 2 * 64).Select(i => (double)i)], 2, 1, 8, 8), one = Handle.Empty(Handle.Float32, 1, 1, 8, 8);
        long* sizes = stackalloc long[4] { 2, 1, 8, 8 };
        using var twice = new Handle(Shim.ShimExpand(one, sizes, 4), Handle.Float32, 2, 1, 8, 8);
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
        {
            using TorchLease x = Torch.Borrow(images), y = Torch.BorrowOutput(twice);
            new GuidedMixer().Mix(x.View, default, new MixOutputs { Images = y.View });
        })!;
        Assert.That(error.Message, Does.StartWith("outputs.Images:").And.Contain("share memory"));
    }

    [Test]
    public void Message_of_an_earlier_call_is_not_taken_for_ours()
    {
        using Handle dense = Handle.Floats([1, 0, 0, 2], 2, 2);
        // Fails, and leaves its message.
        Shim.THSTensor_backward(dense);
        using Handle empty = Handle.Empty(Handle.Float32, 0, 3);
        Assert.That(Refused(empty), Does.StartWith("images: has no elements").And.Not.Contain("libtorch"));
        using TorchLease lease = Torch.Borrow(dense);
        Assert.That(lease.View.Length, Is.EqualTo(4));
    }

    [Test]
    public void Missing_export_is_named()
    {
        nint library = NativeLibrary.Load(System.IO.Path.Combine(Shim.Folder, "lacking", "libLibTorchSharp.so"));
        EntryPointNotFoundException error = Assert.Throws<EntryPointNotFoundException>(() => _ = new TorchLibrary(library))!;
        Assert.That(error.Message, Does.Contain("THSTensor_stride").And.Contain("0.93"));
        NativeLibrary.Free(library);
    }

    [Test]
    public void Library_by_another_name_is_refused()
    {
        Assert.That(Assert.Throws<ArgumentNullException>(() => TorchLibrary.Load(null!))!.ParamName, Is.EqualTo("torchSharp"));
        nint math = NativeLibrary.Load("libm.so.6");
        Assert.That(Assert.Throws<EntryPointNotFoundException>(() => _ = new TorchLibrary(math))!.Message, Does.Contain("THSTensor_data"));
        NativeLibrary.Free(math);
    }

    private static string Refused(nint tensor)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Torch.Borrow(tensor, "images"))!;
        Assert.That(error.ParamName, Is.EqualTo("images"));
        return error.Message;
    }
}

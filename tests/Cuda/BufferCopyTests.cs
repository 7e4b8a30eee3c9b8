using System;
using GuidedMixup.Interop.Cuda;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>A copy from one device buffer to another.</summary>
[TestFixture]
public sealed class BufferCopyTests : CudaFixture
{
    protected override bool NeedsEmulation => false;

    [Test]
    public void CopyTo_CopiesEveryByteAndNoMore()
    {
        byte[] contents = new byte[1003], other = new byte[1010], found = new byte[1010];
        new Random(1).NextBytes(contents);
        Array.Fill(other, (byte)7);
        using var stream = new CudaStream();
        using CudaBuffer source = new(contents.Length), target = new(other.Length);
        source.Write<byte>(contents, stream);
        target.Write<byte>(other, stream);
        source.CopyTo(target, stream);
        target.Read(found.AsSpan(), stream);
        stream.Synchronise();
        Assert.That(found[..1003], Is.EqualTo(contents));
        Assert.That(found[1003..], Is.All.EqualTo(7));
    }

    [Test]
    public void CopyTo_ThrowsForAShorterTarget()
    {
        using var stream = new CudaStream();
        using CudaBuffer source = new(16), target = new(15);
        Assert.That(() => source.CopyTo(target, stream), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("target"));
        Assert.That(() => source.CopyTo(null!, stream), Throws.ArgumentNullException);
        Assert.That(() => source.CopyTo(target, null!), Throws.ArgumentNullException);
    }
}

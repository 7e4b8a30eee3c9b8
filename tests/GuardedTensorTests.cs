using System;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>The test memory itself: that it poisons, and that it notices what it is there to notice.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class GuardedTensorTests
{
    [TestCase(ElementType.Float32)]
    [TestCase(ElementType.Float16)]
    [TestCase(ElementType.BFloat16)]
    public void Elements_OfAFreshTensor_AreNaN(ElementType type)
    {
        using var tensor = GuardedTensor.Create(type, BatchLayout.Crop, 2, 3, 4, 5);
        Assert.That(tensor.ToDoubles(), Is.All.NaN, $"{type}");
    }

    [TestCase(-1)]
    [TestCase(3)]
    public unsafe void AssertIntact_AfterAWriteOutside_Fails(int place)
    {
        using var tensor = GuardedTensor.Compact(ElementType.UInt8, 3);
        tensor.Data[place] ^= 1;
        Assert.That(() => Isolated(() => tensor.AssertIntact("byte")), Throws.TypeOf<AssertionException>(), $"byte {place}");
    }

    [Test]
    public unsafe void AssertIntact_AfterAWriteIntoAGap_Fails()
    {
        using var tensor = GuardedTensor.Create(ElementType.Float32, BatchLayout.Crop, 1, 1, 4, 4);
        ((float*)tensor.Data)[4] = 0;
        Assert.That(() => Isolated(() => tensor.AssertIntact("gap")), Throws.TypeOf<AssertionException>(), "the gap after a row");
    }

    [Test]
    public void AssertIntact_AfterAnInputChanged_Fails()
    {
        using var tensor = GuardedTensor.Holding(ElementType.Int32, [1, 2], 2);
        tensor.AssertIntact("unchanged");
        tensor[1] = 3;
        Assert.That(() => Isolated(() => tensor.AssertIntact("input")), Throws.TypeOf<AssertionException>(), "a changed input");
    }

    [TestCase(BatchLayout.Nchw)]
    [TestCase(BatchLayout.Nhwc)]
    [TestCase(BatchLayout.Crop)]
    [TestCase(BatchLayout.Columns)]
    public void Values_WrittenInLogicalOrder_ComeBack(BatchLayout layout)
    {
        var values = new double[2 * 3 * 4 * 5];
        for (int i = 0; i < values.Length; i++) values[i] = i;
        using var tensor = GuardedTensor.Create(ElementType.Int32, layout, 2, 3, 4, 5);
        tensor.Fill(values);
        Assert.That(tensor.ToDoubles(), Is.EqualTo(values), $"{layout}");
        tensor.AssertIntact($"{layout}");
    }

    // A failing assertion would be recorded against the test that provokes it.
    private static void Isolated(Action check)
    {
        using (new NUnit.Framework.Internal.TestExecutionContext.IsolatedContext()) check();
    }
}

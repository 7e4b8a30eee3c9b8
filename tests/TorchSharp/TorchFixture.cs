using System.IO;
using System.Reflection;
using GuidedMixup.LibTorch;
using NUnit.Framework;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>What needs libtorch: skipped by name where the shim is not; every test must give back each handle it made.</summary>
public abstract class TorchFixture
{
    private long _handles;

    /// <summary>The bridge's core, found as TorchSharp's own assembly finds LibTorchSharp.</summary>
    private protected static TorchLibrary Torch { get; private set; } = null!;

    private protected static Assembly TorchSharp => typeof(global::TorchSharp.torch.Tensor).Assembly;

    [OneTimeSetUp]
    public void NeedsLibTorch()
    {
        string why = Path.Combine(Shim.Folder, "shim.why");
        if (!Shim.IsHere) Assert.Ignore(File.Exists(why) ? File.ReadAllText(why).Trim() : "tests/TorchSharp/run.sh has not built the LibTorchSharp shim.");
        Torch ??= TorchLibrary.Load(TorchSharp);
    }

    [SetUp]
    public void Count() => _handles = Shim.ShimLiveHandles();

    [TearDown]
    public void NothingLeaks() => Assert.That(Shim.ShimLiveHandles(), Is.EqualTo(_handles), "every handle was given back.");
}

using NUnit.Framework;

namespace GuidedMixup.Tests.C;

/// <summary>What runs on the C library as it is shipped, once for each instruction level; skipped by name where that is not built or cannot run.</summary>
/// <param name="level">v3 or v4.</param>
public abstract class CFixture(string level)
{
    private CLibrary? _library;

    internal CLibrary Library => _library!;

    [OneTimeSetUp]
    public void NeedsTheLibrary()
    {
        string why = CLibrary.Why(level);
        if (why.Length > 0) Assert.Ignore(why);
        _library = CLibrary.Get(level);
    }
}

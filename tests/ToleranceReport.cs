using System;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>With GUIDEDMIXUP_TESTS=report (or full) says at the end of the run how close every stage came to its bound.</summary>
[SetUpFixture]
public sealed class ToleranceReport
{
    [OneTimeTearDown]
    public void Print()
    {
        if (Environment.GetEnvironmentVariable("GUIDEDMIXUP_TESTS") is not ("report" or "full")) return;
        TestContext.Progress.WriteLine($"Largest errors, as shares of their bounds:\n{Tolerance.Report}");
    }
}

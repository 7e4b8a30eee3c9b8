using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Says at the end of the run how close every stage came to its bound.</summary>
[SetUpFixture]
public sealed class ToleranceReport
{
    [OneTimeTearDown]
    public void Print()
    {
        if (Tolerance.Report.Length > 0) TestContext.Progress.WriteLine($"Largest errors, as shares of their bounds:\n{Tolerance.Report}");
    }
}

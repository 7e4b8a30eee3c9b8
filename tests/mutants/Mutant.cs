namespace GuidedMixup.Mutants;

/// <summary>A planted fault, and the test that must notice it.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="File">The source file, below src/GuidedMixup.</param>
/// <param name="Original">Text that occurs there exactly once.</param>
/// <param name="Fault">What takes its place.</param>
/// <param name="Test">The test that fails then, as its fully qualified name contains it.</param>
internal sealed record Mutant(string Name, string File, string Original, string Fault, string Test);

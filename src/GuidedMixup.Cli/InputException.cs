using System;

namespace GuidedMixup.Cli;

/// <summary>Bad input: one line that names the file or argument, its value and the rule. Exit code 1.</summary>
internal sealed class InputException(string message) : Exception(message);

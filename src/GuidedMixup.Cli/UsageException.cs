using System;

namespace GuidedMixup.Cli;

/// <summary>Options that do not go together. Exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);

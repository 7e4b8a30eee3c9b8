using System;

namespace GuidedMixup.Tests.C;

/// <summary>A status of the C library other than success and a bad argument.</summary>
internal sealed class CFault(int status, string message) : Exception(message)
{
    internal int Status => status;
}

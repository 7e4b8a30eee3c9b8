using System;

namespace GuidedMixup.Cli;

/// <summary>An exception as the one line people see.</summary>
internal static class ErrorLine
{
    internal static string Of(Exception fault)
    {
        string text = fault switch
        {
            OutOfMemoryException => "not enough memory; take a smaller batch.",
            InputException or UsageException or DegenerateImageException or ArgumentException or System.IO.IOException
                or UnauthorizedAccessException => fault.Message,
            _ => $"internal error, please report it: {fault.GetType().Name}: {fault.Message}",
        };
        // ArgumentException adds this to what was said.
        int parameter = text.LastIndexOf(" (Parameter '", StringComparison.Ordinal);
        if (parameter > 0) text = text[..parameter];
        return text.ReplaceLineEndings(" ").Trim();
    }
}

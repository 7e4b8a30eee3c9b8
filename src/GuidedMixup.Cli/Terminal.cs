using System;
using Spectre.Console;

namespace GuidedMixup.Cli;

/// <summary>Where tables go: colours for a terminal, plain text of a fixed width for a file or a pipe.</summary>
internal static class Terminal
{
    private const int PlainWidth = 120;

    internal static IAnsiConsole Out { get; } = Make();

    private static IAnsiConsole Make()
    {
        bool isPlain = Console.IsOutputRedirected;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (isPlain) console.Profile.Width = PlainWidth;
        return console;
    }
}

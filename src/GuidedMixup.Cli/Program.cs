using System;
using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using System.Text;

namespace GuidedMixup.Cli;

/// <summary>The command guidedmixup.</summary>
internal static class Program
{
    private const string Name = "guidedmixup";
    private const int BadInput = 1;
    private const int WrongUsage = 2;
    private const int Interrupted = 130;

    internal static int Main(string[] args)
    {
        // λ and × are not in every Windows code page.
        if (OperatingSystem.IsWindows()) Console.OutputEncoding = Encoding.UTF8;
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            // No response files: a picture may be named @me.png.
            ParseResult result = Commands().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (result.Errors.Count > 0)
            {
                Command command = result.CommandResult.Command;
                string help = command.Name == Name ? $"{Name} --help" : $"{Name} {command.Name} --help";
                string fault = result.UnmatchedTokens.Count > 0
                    ? $"{result.UnmatchedTokens[0]}: no command, option or argument that is known here"
                    : result.Errors[0].Message.TrimEnd('.');
                return Fail($"{fault} (see {help})", WrongUsage);
            }

            return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (UsageException fault)
        {
            return Fail(ErrorLine.Of(fault), WrongUsage);
        }
#pragma warning disable CA1031 // Whatever it is, people get one line and never a stack trace.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return Fail(ErrorLine.Of(fault), BadInput);
        }
    }

    private static Command Commands()
    {
        // A RootCommand would call itself by the name of the assembly.
        var root = new Command(Name, "Mix training images so that the salient parts of both partners survive (GuidedMixup, AAAI 2023).");
        root.Subcommands.Add(new MixCommand().Command);
        root.Subcommands.Add(new StagesCommand().Command);
        root.Subcommands.Add(new BenchCommand().Command);
        root.Subcommands.Add(new SolveCommand().Command);
        root.Subcommands.Add(new InfoCommand().Command);
        var help = new HelpOption();
        help.Action = new TeachingHelp((HelpAction)help.Action!);
        root.Options.Add(help);
        root.Options.Add(new VersionOption());
        return root;
    }

    private static int Fail(string message, int exitCode)
    {
        Console.Error.WriteLine($"{Name}: {message.ReplaceLineEndings(" ").Replace("\t", "", StringComparison.Ordinal)}");
        return exitCode;
    }

    private static void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        // The progress display may have hidden the cursor.
        if (!Console.IsErrorRedirected) Console.Error.Write("\u001b[?25h");
        OutputFolder.Abandon(Interrupted);
    }
}

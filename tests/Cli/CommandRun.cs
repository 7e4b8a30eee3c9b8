using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cli;

/// <summary>One run of the built command as a child process.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    private const int TimeoutMilliseconds = 60_000;

    /// <summary>The file the command takes for the CUDA driver unless told otherwise: none, so that every machine behaves alike.</summary>
    private const string NoDriver = "/nonexistent/libcuda.so.1";

    internal static CommandRun Of(params string[] arguments) => WithDriver(NoDriver, arguments);

    internal static CommandRun WithDriver(string driver, params string[] arguments)
    {
        using Process process = Start(driver, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeoutMilliseconds))
        {
            process.Kill();
            Assert.Fail($"guidedmixup {string.Join(' ', arguments)} did not end.");
        }

        return new CommandRun(process.ExitCode, output.Result, error.Result);
    }

    internal static Process Start(params string[] arguments) => Start(NoDriver, arguments);

    /// <summary>Exit code 0, and nothing on stderr.</summary>
    internal CommandRun Succeeds()
    {
        Assert.That(Error, Is.Empty);
        Assert.That(ExitCode, Is.Zero);
        return this;
    }

    /// <summary>The exit code, exactly one line on stderr that holds the text, nothing on stdout, no stack trace.</summary>
    internal void Fails(int exitCode, string text)
    {
        Assert.Multiple(() =>
        {
            Assert.That(ExitCode, Is.EqualTo(exitCode), Error);
            Assert.That(Error.TrimEnd('\n', '\r').Split('\n'), Has.Length.EqualTo(1), Error);
            Assert.That(Error, Does.StartWith("guidedmixup: ").And.Contain(text));
            Assert.That(Error, Does.Not.Contain("   at ").And.Not.Contain("internal error").And.Not.Contain("Exception"));
            Assert.That(Output, Is.Empty);
        });
    }

    private static Process Start(string driver, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "GuidedMixup.Cli.dll"));
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["GUIDEDMIXUP_CUDA_DRIVER"] = driver;
        return Process.Start(start)!;
    }
}

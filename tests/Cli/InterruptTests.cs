using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cli;

[TestFixture]
public sealed class InterruptTests
{
    [TestCase("INT")]
    [TestCase("TERM")]
    public void Mix_InterruptedWhileWriting_LeavesNothing(string signal)
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("signals are sent as on Unix");
        using var scratch = new Scratch();
        using Process process = CommandRun.Start("mix", "--size", "1200", "-o", scratch.Out);
        var patience = Stopwatch.StartNew();
        // Half-written files are there now; the command has seconds of work before it.
        while (scratch.OutFiles.Length < 2 && !process.HasExited && patience.Elapsed.TotalSeconds < 30) Thread.Sleep(5);
        string[] before = scratch.OutFiles;
        using (Process kill = Process.Start("kill", ["-" + signal, $"{process.Id}"])) kill.WaitForExit();
        string error = process.StandardError.ReadToEnd();
        Assert.That(process.WaitForExit(20_000), Is.True);
        Assert.That(before, Is.Not.Empty.And.All.EndsWith(".tmp"), "interrupted while writing");
        Assert.That(process.ExitCode, Is.EqualTo(130), error);
        Assert.That(error.Trim(), Is.EqualTo("guidedmixup: interrupted; nothing was written."));
        Assert.That(Directory.GetFileSystemEntries(scratch.Folder).Select(entry => Path.GetFileName(entry)), Is.Empty);
    }
}

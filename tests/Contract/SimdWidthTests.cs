using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.Intrinsics;
using System.Threading.Tasks;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>The same bits from every SIMD width. The width of a process is fixed when it starts, so each is a child process.</summary>
[TestFixture]
public sealed class SimdWidthTests
{
    private static readonly Lazy<Task<string[]>> Native = new(() => ProbeAsync([]));

    [Test]
    public async Task Widest_process_gives_the_bits_of_this_one()
    {
        string[] lines = await Native.Value;
        int width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        Assert.That(lines[0], Is.EqualTo($"width {width}"));
        AssertSame(DigestCases.All().ToArray(), lines);
    }

    [TestCase("DOTNET_EnableAVX512", "0", 256)]
    [TestCase("DOTNET_PreferredVectorBitWidth", "128", 128)]
    public async Task Narrower_width_gives_the_same_bits(string variable, string value, int width)
    {
        string[] native = await Native.Value;
        if (!int.TryParse(native[0].AsSpan("width ".Length), out int widest) || widest <= width)
            Assert.Ignore($"this machine's widest vectors are {native[0]}; {width} is not narrower, so there is nothing to compare.");
        string[] lines = await ProbeAsync(new Dictionary<string, string> { [variable] = value });
        Assert.That(lines[0], Is.EqualTo($"width {width}"), $"{variable}={value} did not narrow the vectors.");
        AssertSame(native.AsSpan(1).ToArray(), lines);
    }

    private static void AssertSame(string[] expected, string[] lines)
    {
        Assert.That(lines, Has.Length.EqualTo(expected.Length + 1), "the probe did not finish all cases.");
        using (Assert.EnterMultipleScope())
        {
            for (int i = 0; i < expected.Length; i++) Assert.That(lines[i + 1], Is.EqualTo(expected[i]));
        }
    }

    private static async Task<string[]> ProbeAsync(Dictionary<string, string> environment)
    {
        string probe = Path.Combine(AppContext.BaseDirectory, "SimdProbe.dll");
        Assert.That(probe, Does.Exist, "the test project copies the probe beside itself.");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", probe])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, await errors);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}

using System;
using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Spectre.Console;

namespace GuidedMixup.Cli;

/// <summary>guidedmixup info: what this build can do on this machine.</summary>
internal sealed class InfoCommand
{
    private readonly Option<bool> _json = SharedOptions.MakeJson();

    internal InfoCommand()
    {
        Command.Options.Add(_json);
        Command.SetAction(Run);
    }

    internal Command Command { get; } = new(
        "info", "Show the version, the backends and why others are missing, the SIMD width and the threads.");

    private static string Version
    {
        get
        {
            string text = typeof(GuidedMixer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            return text.Split('+')[0];
        }
    }

    private static int SimdWidth =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    private static bool HasFma => Fma.IsSupported || AdvSimd.Arm64.IsSupported;

    private int Run(ParseResult result)
    {
        if (result.GetValue(_json)) WriteJson();
        else Print();
        return 0;
    }

    private static void Print()
    {
        string jpeg = TurboJpeg.IsAvailable ? "read by libturbojpeg" : "not read: libturbojpeg is not installed";
        (bool isCuda, string cuda) = CudaState.Get();
        (string Name, string Value)[] rows =
        [
            ("version", Version),
            ("backend cpu", $"yes: SIMD width {SimdWidth}, {(HasFma ? "with FMA" : "without FMA (slow: it is emulated)")}"),
            ("backend cuda", $"{(isCuda ? "yes" : "no")}: {cuda}"),
            ("threads", $"{Environment.ProcessorCount} (one a core)"),
            ("JPEG", jpeg),
            ("runtime", $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}"),
        ];
        Table table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("", "");
        foreach ((string name, string value) in rows) table.AddRow(Markup.Escape(name), Markup.Escape(value));
        Terminal.Out.Write(table);
    }

    private static void WriteJson()
    {
        using var report = new JsonReport();
        report.Writer.WriteString("version", Version);
        report.Writer.WriteStartArray("backends");
        (bool isCuda, string cuda) = CudaState.Get();
        foreach ((string name, bool isFound, string? text) in new[] { ("cpu", true, null), ("cuda", isCuda, cuda) })
        {
            report.Writer.WriteStartObject();
            report.Writer.WriteString("name", name);
            report.Writer.WriteBoolean("available", isFound);
            if (text != null) report.Writer.WriteString(isFound ? "device" : "reason", text);
            report.Writer.WriteEndObject();
        }

        report.Writer.WriteEndArray();
        report.Writer.WriteNumber("simd_width", SimdWidth);
        report.Writer.WriteBoolean("fma", HasFma);
        report.Writer.WriteNumber("threads", Environment.ProcessorCount);
        report.Writer.WriteBoolean("jpeg", TurboJpeg.IsAvailable);
        report.Writer.WriteString("runtime", RuntimeInformation.FrameworkDescription);
    }
}

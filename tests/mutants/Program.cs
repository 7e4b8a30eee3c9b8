using System;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace GuidedMixup.Mutants;

/// <summary>
/// Shows that the tests can fail: builds the library with one planted fault after another and runs the test that must notice it. Expects the
/// tests to be built (dotnet build -c Release). Arguments: parts of mutant names to run; none for all.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        string root = FindRoot();
        string tests = Path.Combine(root, "tests", "bin", "Release", "net10.0");
        if (!File.Exists(Path.Combine(tests, "GuidedMixup.Tests.dll")))
        {
            Console.Error.WriteLine($"{tests}: the tests are not built; run dotnet build -c Release first.");
            return 2;
        }

        string bench = Directory.CreateTempSubdirectory("guidedmixup-mutants-").FullName;
        try
        {
            return Run(root, tests, bench, args);
        }
        finally
        {
            Directory.Delete(bench, recursive: true);
        }
    }

    private static int Run(string root, string tests, string bench, string[] names)
    {
        foreach (string part in (string[])["src/GuidedMixup", "interop/Cuda", "kernels/ptx"])
            Copy(Path.Combine(root, part), Path.Combine(bench, part));
        foreach (string file in (string[])["Directory.Build.props", "Directory.Packages.props", ".editorconfig", "README.md", "global.json"])
            File.Copy(Path.Combine(root, file), Path.Combine(bench, file));
        string sandbox = Path.Combine(bench, "tests");
        Copy(tests, sandbox, withBinaries: true);

        Mutant[] mutants = [.. Catalogue.All.Where(m => names.Length == 0 || names.Any(n => m.Name.Contains(n, StringComparison.OrdinalIgnoreCase)))];
        int caught = 0, missed = 0;

        // Restored once, and every named test passes on the library as it is: a failure below is the fault's own.
        (int built, string log) = Build(bench);
        if (built != 0) Console.WriteLine($"BROKEN  the library does not build\n{log}");
        (int code, string output) = Test(sandbox, [.. mutants.Select(m => m.Test).Distinct()]);
        if (code != 0) Console.WriteLine($"BROKEN  a test does not pass without a fault (exit code {code})\n{output}");
        if (built != 0 || code != 0) return 1;

        foreach (Mutant mutant in mutants)
        {
            string path = Path.Combine(bench, "src", "GuidedMixup", mutant.File);
            string original = File.ReadAllText(path);
            string? verdict = Plant(bench, sandbox, path, original, mutant);
            File.WriteAllText(path, original);
            if (verdict == null) caught++;
            else missed++;
            Console.WriteLine(verdict == null ? $"caught  {mutant.Name} by {mutant.Test}" : $"MISSED  {mutant.Name}: {verdict}");
        }

        Console.WriteLine($"mutants: {caught} passed, {missed} failed");
        return missed == 0 ? 0 : 1;
    }

    /// <summary>Null where the named test fails; otherwise why the mutant counts as missed.</summary>
    private static string? Plant(string bench, string sandbox, string path, string original, Mutant mutant)
    {
        int found = original.Split(mutant.Original).Length - 1;
        if (found != 1) return $"the text to replace occurs {found} times in {mutant.File}";
        File.WriteAllText(path, original.Replace(mutant.Original, mutant.Fault, StringComparison.Ordinal));
        (int built, string log) = Build(bench, "--no-restore", "--no-dependencies");
        if (built != 0) return $"it does not compile\n{string.Join('\n', log.Split('\n').Take(5))}";
        File.Copy(
            Path.Combine(bench, "src", "GuidedMixup", "bin", "Release", "net10.0", "GuidedMixup.dll"),
            Path.Combine(sandbox, "GuidedMixup.dll"),
            overwrite: true);
        (int code, string output) = Test(sandbox, mutant.Test);
        return code == 2 ? null : $"{mutant.Test} ended with exit code {code}\n{output}";
    }

    /// <summary>A fault may leave something unused; that is not what is tested.</summary>
    private static (int Code, string Output) Build(string bench, params string[] options) => Start(
        bench,
        [
            "build", Path.Combine(bench, "src", "GuidedMixup", "GuidedMixup.csproj"), "-c", "Release", "-f", "net10.0", "-v", "q", "--nologo",
            "-p:TreatWarningsAsErrors=false", "-p:EnforceCodeStyleInBuild=false", "-p:RunAnalyzers=false", "-p:GenerateDocumentationFile=false",
            "-p:UseSharedCompilation=true", .. options,
        ]);

    /// <summary>0 all passed, 2 some failed, 8 none found (Microsoft.Testing.Platform).</summary>
    private static (int Code, string Output) Test(string sandbox, params string[] names) =>
        Start(sandbox, Path.Combine(sandbox, "GuidedMixup.Tests.dll"), "--filter", string.Join('|', names.Select(name => $"FullyQualifiedName~{name}")));

    private static (int Code, string Output) Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        System.Threading.Tasks.Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static void Copy(string from, string to, bool withBinaries = false)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(from, file);
            if (!withBinaries && relative.Split(Path.DirectorySeparatorChar)[0] is "bin" or "obj") continue;
            string target = Path.Combine(to, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GuidedMixup.Kernels.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"GuidedMixup.Kernels.sln is not above {AppContext.BaseDirectory}.");
    }
}

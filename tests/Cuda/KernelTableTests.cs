using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using GuidedMixup.Cuda;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>The table of kernels against the .entry signatures of the committed PTX, for every target.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed partial class KernelTableTests
{
    private static readonly string[] Targets = [.. KernelImage.Targets.Select(t => t.Target)];

    [TestCaseSource(nameof(Targets))]
    public void Every_kernel_has_its_entry_and_every_entry_its_kernel(string target)
    {
        string[] files = [.. KernelTable.All.Select(k => k.File).Distinct()];
        foreach (string file in files)
        {
            Dictionary<string, string> entries = Entries(target, file);
            string[] declared = [.. KernelTable.All.Where(k => k.File == file).Select(k => k.Name)];
            Assert.That(declared, Is.EquivalentTo(entries.Keys), $"{target}/{file}");
        }

        string[] embedded = [.. KernelImage.Names.Where(n => n.StartsWith(target, StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension)!];
        Assert.That(embedded, Is.EquivalentTo(files), target);
    }

    [TestCaseSource(nameof(Targets))]
    public void Arguments_have_the_sizes_of_the_entrys_parameters(string target)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (Kernel kernel in KernelTable.All)
            {
                string entry = Entries(target, kernel.File)[kernel.Name];
                int[] sizes = [.. Parameter().Matches(entry[..entry.IndexOf('{')]).Select(Size)];
                Assert.That(kernel.Arguments.Select(Size), Is.EqualTo(sizes), $"{target}: {kernel}");
            }
        }
    }

    [TestCaseSource(nameof(Targets))]
    public void Blocks_are_what_the_kernels_are_bound_to(string target)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (Kernel kernel in KernelTable.All)
            {
                Match bound = MaxThreads().Match(Entries(target, kernel.File)[kernel.Name]);
                Assert.That(bound.Success && int.Parse(bound.Groups[1].Value, null) >= kernel.Block, Is.True, $"{target}: {kernel}");
            }
        }
    }

    [TestCaseSource(nameof(Targets))]
    public void Images_are_for_the_pinned_PTX_and_keep_nothing_in_local_memory(string target)
    {
        foreach (string file in KernelTable.All.Select(k => k.File).Distinct())
        {
            string text = Text(target, file);
            Assert.That(text, Does.Contain(".version 7.8").And.Contain($".target {target}"), $"{target}/{file}");
            Assert.That(text, Does.Not.Contain(".local"), $"{target}/{file}");
        }
    }

    [TestCaseSource(nameof(Targets))]
    public void Images_read_are_the_committed_ones_byte_for_byte(string target)
    {
        string folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "ptx", target);
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            byte[] image = KernelImage.Read(target, Path.GetFileNameWithoutExtension(path));
            Assert.That(image.AsSpan(..^1).SequenceEqual(File.ReadAllBytes(path)) && image[^1] == 0, Is.True, path);
        }
    }

    private static string Text(string target, string file) => Encoding.UTF8.GetString(KernelImage.Read(target, file));

    /// <summary>Each entry's text, from its name to the next entry.</summary>
    private static Dictionary<string, string> Entries(string target, string file) =>
        Text(target, file).Split(".entry ").Skip(1).ToDictionary(e => e[..e.IndexOf('(')].Trim());

    private static int Size(Match parameter)
    {
        // .param .align 8 .b8 name[64], or .param .u64 name.
        if (parameter.Groups["count"].Success) return int.Parse(parameter.Groups["count"].Value, null);
        return int.Parse(parameter.Groups["bits"].Value, null) / 8;
    }

    private static unsafe int Size(ArgumentKind kind) => kind switch
    {
        ArgumentKind.Pointer => 8,
        ArgumentKind.Int32 => 4,
        ArgumentKind.Int64 => 8,
        ArgumentKind.Images => sizeof(Images),
        ArgumentKind.Channels => sizeof(Channels),
        ArgumentKind.Taps => sizeof(Taps),
        ArgumentKind.Selection => sizeof(GuidedMixup.Cuda.Selection),
        ArgumentKind.Draws => sizeof(Draws),
        ArgumentKind.PuzzlePlan => sizeof(PuzzlePlan),
        ArgumentKind.CoMixupPlan => sizeof(CoMixupPlan),
        ArgumentKind.CoMixupBuffers => sizeof(CoMixupBuffers),
        _ => sizeof(Labels),
    };

    [GeneratedRegex(@"\.param (?:\.align \d+ )?\.[a-z](?<bits>\d+) [\w$]+(?:\[(?<count>\d+)\])?")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\.maxntid (\d+)")]
    private static partial Regex MaxThreads();
}

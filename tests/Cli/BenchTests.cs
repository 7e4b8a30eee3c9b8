using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Xml.Linq;
using GuidedMixup.Tests.Cuda;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cli;

[TestFixture]
public sealed class BenchTests
{
    private static readonly string[] SpectralStages = ["SpectralResidual", "GaussianBlur", "PairDistance", "CycleCover", "PixelMix", "LabelMix"];
    private static readonly string[] AllMethods = ["guidedmixup", "mixup", "cutmix", "saliencymix", "snapmix", "puzzlemix", "comixup"];
    private static readonly string[] GradientStages = ["GradientSaliency", .. SpectralStages[1..]];

    [TestCase("--shape 64,3,224", "--shape 64,3,224: four whole numbers")]
    [TestCase("--shape 64,3,224,x", "--shape 64,3,224,x: W is \"x\"")]
    [TestCase("--shape 4,3,32,32 --shape 0,3,32,32", "--shape 0,3,32,32: N is 0; it is at least 1")]
    [TestCase("--shape 4,3,3,32", "--shape 4,3,3,32: H is 3; it is at least 4")]
    [TestCase("--shape 4,3,32,99999", "--shape 4,3,32,99999: W is 99999")]
    [TestCase("--shape", "--shape")]
    [TestCase("--stage Blur", "--stage Blur: no stage; there are GradientSaliency, SpectralResidual")]
    [TestCase("--stage GradientSaliency", "--stage GradientSaliency: no stage of --saliency sr")]
    [TestCase("--saliency ap --stage SpectralResidual", "--stage SpectralResidual: no stage of --saliency ap")]
    [TestCase("--plot bench.bmp", "--plot bench.bmp: the file's name ends in .svg")]
    [TestCase("--seconds -1", "--seconds -1: at least 0")]
    [TestCase("--seconds nan", "--seconds nan: at least 0")]
    [TestCase("--seconds soon", "soon")]
    [TestCase("--type int8", "int8")]
    [TestCase("--layout chwn", "chwn")]
    [TestCase("--method mixdown", "mixdown")]
    [TestCase("--method mixup --stage PixelMix", "--method: times whole batches; leave out --stage")]
    [TestCase("--method all --plot bench.svg", "--method: --plot draws stages")]
    [TestCase("--threads -1", "--threads -1")]
    [TestCase("extra", "extra")]
    public void Bench_WrongUsage_IsExitCode2(string arguments, string why) => Run(arguments).Fails(2, why);

    [TestCase("--shape 65536,1024,16384,16384", "--shape 65536×1024×16384×16384: needs")]
    [TestCase("--backend cuda", "--backend cuda: no CUDA driver")]
    [TestCase("--method all --shape 65536,1024,16384,16384", "--shape 65536×1024×16384×16384: needs")]
    [TestCase("--method mixup --method comixup --shape 2,3,33,32 --seconds 0", "--method comixup: images: 33×32 pixels")]
    [TestCase("--plot /nonexistent/bench.svg", "--plot /nonexistent/bench.svg: there is no folder /nonexistent")]
    public void Bench_WhatCannotBe_IsExitCode1(string arguments, string why) => Run(arguments).Fails(1, why);

    [TestCase("", "nchw", "float32")]
    [TestCase("", "nhwc", "uint8")]
    [TestCase("", "nchw", "bfloat16")]
    [TestCase("--pairing random", "nhwc", "float16")]
    [TestCase("--saliency ap", "nhwc", "float32")]
    public void Bench_Json_HasEveryShapeAndStage(string options, string layout, string type)
    {
        string[] stages = options == "--saliency ap" ? GradientStages : SpectralStages;
        JsonElement[] results = Results(Run($"--shape 3,3,33,47 --shape 2,5,8,6 --threads 2 --layout {layout} --type {type} {options} --seconds 0 --json"));
        Assert.That(
            results.Select(result => string.Join(',', result.GetProperty("shape").EnumerateArray())), Is.EqualTo(new[] { "3,3,33,47", "2,5,8,6" }));
        foreach (JsonElement result in results)
        {
            Assert.That(result.GetProperty("threads").GetInt32(), Is.EqualTo(2));
            Assert.That(result.GetProperty("backend").GetString(), Is.EqualTo("cpu"));
            JsonProperty[] times = [.. result.GetProperty("stages").EnumerateObject()];
            Assert.That(times.Select(time => time.Name), Is.EqualTo(stages));
            Assert.That(times.Select(time => time.Value.GetDouble()), Is.All.Positive.And.All.LessThan(10_000));
            Assert.That(result.GetProperty("total_ms").GetDouble(), Is.Positive.And.LessThan(10_000));
            Assert.That(result.GetProperty("floor_ms").GetDouble(), Is.Positive.And.LessThan(10_000));
            Assert.That(result.EnumerateObject().Select(field => field.Name), Is.EqualTo(new[] { "shape", "threads", "backend", "total_ms", "stages", "floor_ms" }));
        }
    }

    [Test]
    public void Bench_OneStage_IsTimedAlone()
    {
        JsonElement result = Results(Run("--shape 2,3,16,16 --stage pixelmix --stage CycleCover --seconds 0 --json")).Single();
        Assert.That(result.GetProperty("stages").EnumerateObject().Select(stage => stage.Name), Is.EqualTo(new[] { "CycleCover", "PixelMix" }));
        Assert.That(result.GetProperty("threads").GetInt32(), Is.EqualTo(Environment.ProcessorCount));
    }

    [TestCase("--threads 2", "nchw", "float32")]
    [TestCase("--saliency ap --pairing greedy", "nhwc", "bfloat16")]
    [TestCase("", "nhwc", "uint8")]
    public void Bench_AllMethods_AreHeldAgainstTheirBytes(string options, string layout, string type)
    {
        const int n = 4, channels = 3, side = 16;
        JsonElement[] results = Results(Run($"--method all --shape {n},{channels},{side},{side} --layout {layout} --type {type} {options} --seconds 0 --json"));
        Assert.That(results.Select(Method), Is.EqualTo(AllMethods));
        bool isGradient = options.Contains("ap", StringComparison.Ordinal), isGreedy = options.Contains("greedy", StringComparison.Ordinal);
        long image = n * channels * side * side * (type == "float32" ? 4 : type == "bfloat16" ? 2 : 1);
        long maps = isGradient ? n * channels * side * side * 4 : image;
        long[] own = [(2 * image) + maps, 3 * image, 2 * image, (2 * image) + (maps / n), (2 * image) + (n * 512 * 49 * 4), (2 * image) + maps, (2 * image) + maps];
        // Mixup, CutMix and SnapMix are paired at random of themselves; greedy pairing looks at every map.
        if (isGreedy) (own[1], own[2], own[3], own[4]) = (own[1] + maps, own[2] + maps, (2 * image) + maps, own[4] + maps);
        Assert.That(results.Select(result => result.GetProperty("least_bytes").GetInt64()), Is.EqualTo(own));
        foreach (JsonElement result in results)
        {
            Assert.That(
                result.EnumerateObject().Select(field => field.Name),
                Is.EqualTo(new[] { "shape", "threads", "backend", "method", "total_ms", "least_bytes", "copy_ms", "copy_share" }));
            double total = result.GetProperty("total_ms").GetDouble(), copy = result.GetProperty("copy_ms").GetDouble();
            Assert.That(total, Is.Positive.And.LessThan(10_000), Method(result));
            Assert.That(result.GetProperty("copy_share").GetDouble(), Is.EqualTo(copy / total).Within(0.05 * (copy / total) + 0.001), Method(result));
        }

        // In one run the copy's time goes by the bytes alone.
        double rate = results[1].GetProperty("copy_ms").GetDouble() / own[1];
        Assert.That(results[0].GetProperty("copy_ms").GetDouble(), Is.EqualTo(rate * own[0]).Within(0.00002));
    }

    [Test]
    public void Bench_SomeMethods_ComeInTheirOrderAndOnlyOnce()
    {
        JsonElement[] results = Results(Run("--method cutmix --method mixup --method cutmix --shape 2,5,8,9 --shape 2,1,8,8 --seconds 0 --json"));
        Assert.That(results.Select(Method), Is.EqualTo(new[] { "cutmix", "mixup", "cutmix", "mixup" }));
    }

    [Test]
    public void Bench_AllMethods_NamesTheOnesThatCannotBe()
    {
        JsonElement[] results = Results(Run("--method all --shape 2,3,33,32 --seconds 0 --json"));
        Assert.That(results.Where(result => result.TryGetProperty("refused", out _)).Select(Method), Is.EqualTo(new[] { "puzzlemix", "comixup" }));
        string output = Run("--method all --shape 2,3,33,32 --seconds 0").Succeeds().Output;
        Assert.That(output, Does.Contain("share of memcpy").And.Contain("snapmix").And.Contain("puzzlemix: left out: images: 33×32 pixels"));
    }

    [Test]
    public void Bench_Times_GrowWithTheWork()
    {
        JsonElement[] results = Results(Run("--shape 4,3,32,32 --shape 16,3,128,128 --threads 1 --seconds 0.1 --json"));
        // 64 times the pixels; a machine that is busy elsewhere may spoil a factor of five, not one of sixty-four.
        foreach (string time in new[] { "total_ms", "floor_ms" })
            Assert.That(results[1].GetProperty(time).GetDouble(), Is.GreaterThan(5 * results[0].GetProperty(time).GetDouble()), time);
    }

    [Test]
    public void Bench_ForPeople_ShowsTableAndPlot()
    {
        using var scratch = new Scratch();
        Directory.CreateDirectory(scratch.Out);
        string plot = Path.Combine(scratch.Out, "bench.svg");
        string output = CommandRun.Of("bench", "--shape", "2,3,16,16", "--shape", "3,1,40,24", "--shape", "2,3,8,8", "--seconds", "0", "--plot", plot).Succeeds().Output;
        Assert.That(output, Does.Contain("3×1×40×24").And.Contain("all in one call").And.Contain("share of the floor").And.Contain("PixelMix"));
        Assert.That(scratch.OutFiles, Is.EqualTo(new[] { "bench.svg" }));
        XElement svg = XDocument.Load(plot).Root!;
        XNamespace names = "http://www.w3.org/2000/svg";
        Assert.That(svg.Element(names + "style")!.Value, Does.Contain("prefers-color-scheme:dark"));
        string[] texts = [.. svg.Elements(names + "text").Select(text => text.Value)];
        Assert.That(texts, Does.Contain("2×3×16×16").And.Contain("3×1×40×24").And.Contain("LabelMix").And.Contain("floor"));
        (double Width, double Height) size = ((double)svg.Attribute("width")!, (double)svg.Attribute("height")!);
        XElement[] bars = [.. svg.Elements(names + "rect").Skip(1)];
        Assert.That(bars, Has.Length.EqualTo(3 * (SpectralStages.Length + 2)));
        foreach (XElement bar in bars)
        {
            Assert.That((double)bar.Attribute("x")! + (double)bar.Attribute("width")!, Is.LessThan(size.Width));
            Assert.That((double)bar.Attribute("y")! + (double)bar.Attribute("height")!, Is.LessThan(size.Height));
        }
    }

    [TestCase("")]
    [TestCase(" --saliency ap --pairing random")]
    public void Bench_OnTheEmulatedDevice(string options)
    {
        if (!EmulatedDriver.IsHere) Assert.Ignore(EmulatedDriver.Why);
        string[] arguments = $"bench --backend cuda --shape 2,3,32,32 --seconds 0 --json{options}".Split(' ');
        JsonElement result = Results(CommandRun.WithDriver(EmulatedDriver.File, arguments)).Single();
        Assert.That(result.GetProperty("backend").GetString(), Is.EqualTo("cuda"));
        Assert.That(result.GetProperty("threads").GetInt32(), Is.Zero);
        Assert.That(result.GetProperty("stages").EnumerateObject().Count(), Is.EqualTo(6));
        Assert.That(result.GetProperty("total_ms").GetDouble(), Is.Positive);
    }

    [Test]
    public void Bench_AllMethods_OnTheEmulatedDevice()
    {
        if (!EmulatedDriver.IsHere) Assert.Ignore(EmulatedDriver.Why);
        JsonElement[] results = Results(
            CommandRun.WithDriver(EmulatedDriver.File, "bench", "--backend", "cuda", "--method", "all", "--shape", "2,3,16,16", "--seconds", "0", "--json"));
        Assert.That(results.Select(Method), Is.EqualTo(AllMethods));
        Assert.That(results.Select(result => result.GetProperty("backend").GetString()), Is.All.EqualTo("cuda"));
        Assert.That(results.Select(result => result.GetProperty("total_ms").GetDouble()), Is.All.Positive);
    }

    [Test]
    public void Bench_Help_Teaches() =>
        Assert.That(Run("--help").Succeeds().Output, Does.Contain("Examples:").And.Contain("guidedmixup bench --shape").And.Contain("floor_ms").And.Contain("copy_share"));

    private static string? Method(JsonElement result) => result.GetProperty("method").GetString();

    private static CommandRun Run(string arguments) =>
        CommandRun.Of(["bench", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

    private static JsonElement[] Results(CommandRun run) =>
        [.. JsonDocument.Parse(run.Succeeds().Output).RootElement.GetProperty("results").EnumerateArray()];
}

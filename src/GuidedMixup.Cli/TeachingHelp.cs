using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace GuidedMixup.Cli;

/// <summary>The usual help, followed by examples.</summary>
internal sealed class TeachingHelp(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(parseResult.CommandResult.Command.Name switch
        {
            "mix" => Mix,
            "stages" => Stages,
            "bench" => Bench,
            "info" => Info,
            _ => All,
        });
        return code;
    }

    private const string ExitCodes = """
        Exit codes:
          0  fine
          1  bad input (one line on stderr says which file, and why); nothing is written
          2  wrong usage
        """;

    private const string Mix = $"""
        Examples:
          guidedmixup mix                                 the twelve bundled photographs, into ./guidedmixup-out
          guidedmixup mix ~/photos -o mixed               every picture in a folder
          guidedmixup mix a.png b.ppm --size 320          two pictures, 320×320
          guidedmixup mix batch.npy --pairing random --seed 7
          guidedmixup mix --method cutmix --alpha 0.5     another way to mix, on the same greedy pairs
          guidedmixup mix --method all                    every method on the same pictures, a row each

        Open contact-sheet.png in the output folder: a column for each image, and below it its saliency, its partner,
        the mask M (amber keeps the image, blue takes the partner), the mix M·x + (1 − M)·x[partner], and λ = mean(M),
        the weight of its own label. Pictures are cropped to their middle square; transparency is laid on white.
        Of the other methods, snapmix takes the saliency map for the class activation map it would have of a classifier, and
        comixup, which takes blocks of many pictures, names the one it takes most of as partner.
        Float batches hold pixels of 0 to 1 or 0 to 255, or are normalised as for ImageNet.

        {ExitCodes}
        """;

    private const string Stages = $"""
        Examples:
          guidedmixup stages x.npy --out s                Guided-SR: saliency from the images
          guidedmixup stages x.npy --out s --saliency g.npy        Guided-AP: your gradient norms, [N,H,W]
          guidedmixup stages x.npy --out s --partner idx.npy       replay a pairing
          guidedmixup stages x.npy --out s --labels t.npy --classes 100
          guidedmixup stages x.npy --out s --gray-weights 0.25,0.25,0.25,0.25      four channels

        Compare with numpy:
          python3 -c "import numpy; print(numpy.load('s/idx.npy'), numpy.load('s/ratio.npy'))"

        Writes, for images [N,C,H,W]: saliency [N,H,W] before the last blur, norm [N,H,W] blurred and with sum 1,
        dist [N,N], idx [N] the partners, mask [N,H,W], mixed [N,C,H,W], ratio [N] = λ, and labels [N,K] if asked for.

        {ExitCodes}
        """;

    private const string Bench = $$"""
        Examples:
          guidedmixup bench                               the standard batches, every stage
          guidedmixup bench --shape 64,3,224,224 --threads 1 --shape 128,3,96,96
          guidedmixup bench --stage PixelMix --type uint8 --layout nhwc
          guidedmixup bench --saliency ap --plot bench.svg
          guidedmixup bench --method all --shape 64,3,224,224      every method beside memcpy of the bytes it has to move
          guidedmixup bench --method mixup --method cutmix --pairing greedy
          guidedmixup bench --json | python3 -c "import json,sys; print(json.load(sys.stdin)['results'][0]['total_ms'])"

        Each round runs memcpy, every stage by itself, and the whole batch in one call; the medians of all rounds are shown. The
        whole may be faster than the sum of its stages, because an image stays in the cache from one to the next.
        The floor is the time that memcpy, on the same threads in the same run, takes to copy as many bytes as the method must
        move at least: the pixels read twice (or the gradient once, and the pixels once) and written once.
        Images are seeded noise, and the labels are soft rows of 100 classes. On a GPU the batch lies in device memory, the clock
        is the stream's own, and threads are told as 0.

        JSON: {"results":[{"shape":[N,C,H,W],"threads":T,"backend":"cpu","total_ms":x,"stages":{name:ms},"floor_ms":x}]}

        With --method each round runs memcpy and every method's whole batch, with new draws each time and the method's own pairing
        (unless --pairing names one). A method is held against the bytes it has to read and write: mixup two images and the result,
        cutmix and saliencymix one and the result, snapmix the classifier's features besides (512 of 7×7 an image), guidedmixup,
        puzzlemix and comixup (and greedy pairing) also the pixels, or the gradient, that the maps come from. copy_ms is the time in
        which memcpy reads and writes as many bytes; copy_share is copy_ms / total_ms, the share of memcpy's bandwidth.

        JSON: {"results":[{"shape":[N,C,H,W],"threads":T,"backend":"cpu","method":name,"total_ms":x,"least_bytes":n,"copy_ms":x,"copy_share":x}]}
        A method that --method all has to leave out has "refused" in place of its numbers.

        {{ExitCodes}}
        """;

    private const string Info = """
        Examples:
          guidedmixup info
          guidedmixup info --json
        """;

    private const string All = $"""
        Examples:
          guidedmixup mix                                 mix the bundled photographs, then open guidedmixup-out/contact-sheet.png
          guidedmixup stages x.npy --out s                every intermediate array of a batch, for numpy or torch
          guidedmixup bench                               how fast each stage is here, beside memcpy
          guidedmixup info                                what this build can do on this machine
          guidedmixup mix --help                          more about one command

        {ExitCodes}
        """;
}

namespace GuidedMixup.Cpu;

/// <summary>Images and their augmented chains, blended in one pass over the pixels.</summary>
internal static unsafe class AugMix
{
    /// <summary>Above this an output leaves the caches anyway, and is written around them.</summary>
    private const long StreamBytes = 8 << 20;

    internal static void Run(
        in ImageBatch images, in TensorView chains, float* weights, float* skip, in TensorView mixed, GuidedMixerOptions options, int threads)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int n = images.N, k = (int)chains.Shape[0];
        // What x and the chains are multiplied by: 1 − m, m·w[0], m·w[1], …
        float* factors = workspace.Take<float>((long)n * (k + 1));
        for (long i = 0; i < n; i++)
        {
            factors[i * (k + 1)] = 1 - skip[i];
            for (int chain = 0; chain < k; chain++) factors[i * (k + 1) + 1 + chain] = skip[i] * weights[i * k + chain];
        }

        var first = new TensorView(chains.Data, chains.Type, chains.Shape[1..], chains.Strides[1..]);
        bool isStreamed = mixed.Length * mixed.Type.Size() > StreamBytes;
        nint chainStep = (nint)chains.Strides[0] * chains.Type.Size();
        var body = new AugMixBody(images, new ImageBatch(first), chainStep, k, factors, new ImageBatch(mixed), isStreamed);
        if (mixed.Type != images.Type) body.SetNormalisation(options, workspace);
        WorkerTeam.For(body.Items, threads, ref body);
    }
}

namespace GuidedMixup;

/// <summary>What <see cref="GuidedMixerOptions.Probability"/> is drawn for.</summary>
public enum ProbabilityMode
{
    /// <summary>One draw a batch, as in the paper: the whole batch is mixed or none of it.</summary>
    Batch,

    /// <summary>One draw an image: a random subset is paired and mixed, the rest stays as it is.</summary>
    Image,
}

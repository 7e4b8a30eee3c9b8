namespace GuidedMixup;

/// <summary>Strict mode: the first flagged image becomes an error.</summary>
internal static unsafe class Strict
{
    internal static void ThrowOnAny(int* flags, int n)
    {
        for (int i = 0; i < n; i++)
        {
            if (flags[i] != 0) throw new DegenerateImageException(i, (ImageFlags)flags[i]);
        }
    }
}

namespace GuidedMixup.Cuda;

/// <summary>One kernel as the host declares it: a test holds this against the PTX's .entry.</summary>
/// <param name="Index">Its place in <see cref="KernelTable.All"/>.</param>
/// <param name="File">The stage's PTX file, without its ending.</param>
/// <param name="Name">The entry.</param>
/// <param name="Block">Threads of a block.</param>
/// <param name="IsShared">True where the launch asks for dynamic shared memory, up to what the device allows.</param>
/// <param name="Arguments">The arguments in order.</param>
internal sealed record Kernel(int Index, string File, string Name, int Block, bool IsShared, ArgumentKind[] Arguments)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

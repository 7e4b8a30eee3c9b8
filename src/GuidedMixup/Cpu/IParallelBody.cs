namespace GuidedMixup.Cpu;

/// <summary>Work that falls into independent items.</summary>
internal interface IParallelBody
{
    /// <summary>Does one item.</summary>
    /// <param name="item">Which one; the result must not depend on the order.</param>
    /// <param name="worker">Which thread of the team, for scratch memory; 0 is the caller.</param>
    void Run(int item, int worker);
}

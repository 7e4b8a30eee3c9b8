using System;
using System.Threading;

namespace GuidedMixup.Interop.C;

/// <summary>The mixers that C holds handles of. A handle is a number that is never used twice and points to nothing, so a stale one is known.</summary>
internal static class MixerTable
{
    private const int IndexBits = 20;
    private const int MaxMixers = 1 << IndexBits;

    private static Lock _gate = new();
    // Replaced when it grows: readers take no lock.
    private static Entry?[] _entries = new Entry?[16];
    private static long _made;

    /// <summary>The handle of a new mixer: odd, as no address of an object is.</summary>
    internal static nint Add(GuidedMixer mixer)
    {
        lock (_gate)
        {
            int index = Array.IndexOf(_entries, null);
            if (index < 0)
            {
                index = _entries.Length;
                if (index == MaxMixers) throw new InsufficientMemoryException($"{MaxMixers} mixers are alive; destroy some.");
                var larger = new Entry?[2 * index];
                _entries.CopyTo(larger, 0);
                Volatile.Write(ref _entries, larger);
            }

            nint handle = (nint)((++_made << (IndexBits + 1)) | ((long)index << 1) | 1);
            Volatile.Write(ref _entries[index], new Entry(handle, mixer));
            return handle;
        }
    }

    /// <summary>The mixer of a handle.</summary>
    internal static GuidedMixer Find(nint handle)
    {
        Entry?[] entries = Volatile.Read(ref _entries);
        int index = Index(handle);
        Entry? entry = index < entries.Length ? Volatile.Read(ref entries[index]) : null;
        return entry?.Handle == handle ? entry.Mixer : throw Unknown(handle);
    }

    internal static void Remove(nint handle)
    {
        lock (_gate)
        {
            int index = Index(handle);
            if (index >= _entries.Length || _entries[index]?.Handle != handle) throw Unknown(handle);
            Volatile.Write(ref _entries[index], null);
        }
    }

    /// <summary>In a forked child, where nobody would release it.</summary>
    internal static void RenewLock() => _gate = new Lock();

    private static int Index(nint handle) => (int)(handle >> 1) & (MaxMixers - 1);

    private static ArgumentException Unknown(nint handle) => Fault.Of(
        "mixer", handle == 0 ? "NULL where a mixer is needed." : $"0x{handle:x} is no mixer, or one that was destroyed.");

    private sealed class Entry(nint handle, GuidedMixer mixer)
    {
        internal nint Handle => handle;

        internal GuidedMixer Mixer => mixer;
    }
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace GuidedMixup.Tests.C;

/// <summary>A build of the C library, as interop/C/build.sh makes it in the folder that GUIDEDMIXUP_LIBRARY names.</summary>
internal sealed unsafe class CLibrary
{
    private const string Variable = "GUIDEDMIXUP_LIBRARY";
    private static readonly Dictionary<string, CLibrary> Loaded = [];
    private readonly nint _library;

    private CLibrary(string file) => _library = NativeLibrary.Load(file);

    /// <summary>The instruction levels it is built for; the name of a test says which one it ran.</summary>
    internal static string[] Levels => ["v3", "v4"];

    /// <summary>Why a level is not to be had here; empty where it is.</summary>
    internal static string Why(string level)
    {
        string? folder = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(folder)) return $"{Variable} names no build of the C library; interop/C/check.sh makes one and runs these tests.";
        if (!System.IO.File.Exists(File(level))) return $"{File(level)} is not built.";
        bool runs = level == "v3" ? Avx2.IsSupported && Fma.IsSupported : Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported;
        return runs ? "" : $"this processor lacks x86-64-{level}.";
    }

    internal static CLibrary Get(string level)
    {
        lock (Loaded)
        {
            if (!Loaded.TryGetValue(level, out CLibrary? library)) Loaded.Add(level, library = new CLibrary(File(level)));
            return library;
        }
    }

    /// <summary>The address of guidedmixup_<paramref name="name"/>.</summary>
    internal void* this[string name] => (void*)NativeLibrary.GetExport(_library, "guidedmixup_" + name);

    internal string LastError => Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)this["last_error"])())!;

    /// <summary>Throws what a status other than 0 means: the library's own exceptions, with C's words.</summary>
    internal void Check(int status)
    {
        switch (status)
        {
            case 0:
                return;
            case 1:
                throw new ArgumentException(LastError);
            default:
                throw new CFault(status, LastError);
        }
    }

    private static string File(string level) =>
        Path.GetFullPath(Path.Combine(Environment.GetEnvironmentVariable(Variable)!, $"x86-64-{level}", "libguidedmixup.so"));
}

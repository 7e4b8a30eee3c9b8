using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;

namespace GuidedMixup.Cli;

/// <summary>The folder a command writes to: all of its files appear together at the end, or none does.</summary>
/// <remarks>
/// Each file is written under a temporary name beside its own and renamed by <see cref="Commit"/>. One lock holds for every step that
/// makes or renames a file, so that an interrupt (which arrives on another thread) sees all of them or none.
/// </remarks>
internal sealed class OutputFolder : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly List<OutputFolder> Open = [];
    private readonly List<(string Temporary, string Final)> _files = [];
    private readonly string _path;
    private readonly List<string> _made = [];
    private bool _isCommitted;

    internal OutputFolder(string path)
    {
        if (path.Length == 0) throw new InputException("--out: an empty name where a folder is needed.");
        _path = Path.GetFullPath(path);
        for (string? folder = _path; folder != null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(folder)) throw new InputException($"--out {path}: {folder} is a file where a folder is needed.");
        }

        lock (Gate) Open.Add(this);
    }

    /// <summary>Writes one file, not yet under its own name.</summary>
    internal void Write(string name, Action<Stream> write)
    {
        string final = Path.Combine(_path, name);
        if (Directory.Exists(final)) throw new InputException($"{final}: a folder where a file is to be written.");
        string temporary = Path.Combine(_path, $".{name}.{Environment.ProcessId}.tmp");
        FileStream stream;
        lock (Gate)
        {
            Make(_path);
            _files.Add((temporary, final));
            stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete, 1 << 16);
        }

        using (stream) write(stream);
    }

    /// <summary>Gives every file its own name.</summary>
    internal void Commit()
    {
        lock (Gate)
        {
            foreach ((string temporary, string final) in _files) File.Move(temporary, final, overwrite: true);
            _files.Clear();
            _made.Clear();
            _isCommitted = true;
        }
    }

    /// <summary>Removes what is not committed.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            Discard();
            Open.Remove(this);
        }
    }

    /// <summary>Removes what no folder has committed and ends the process, with no file begun in between.</summary>
    internal static void Abandon(int exitCode)
    {
        lock (Gate)
        {
            string fate = Open.Exists(folder => folder._isCommitted) ? "the files were already complete" : "nothing was written";
            foreach (OutputFolder folder in Open) folder.Discard();
            Console.Error.WriteLine($"guidedmixup: interrupted; {fate}.");
            Environment.Exit(exitCode);
        }
    }

    private void Make(string folder)
    {
        if (Directory.Exists(folder)) return;
        if (Path.GetDirectoryName(folder) is { Length: > 0 } parent) Make(parent);
        Directory.CreateDirectory(folder);
        _made.Add(folder);
    }

    private void Discard()
    {
        try
        {
            foreach ((string temporary, _) in _files) File.Delete(temporary);
            // Innermost first; a folder that somebody else has used since is kept.
            for (int i = _made.Count - 1; i >= 0; i--)
            {
                if (Directory.Exists(_made[i]) && Directory.GetFileSystemEntries(_made[i]).Length == 0) Directory.Delete(_made[i]);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The fault that led here is the one to report.
        }

        _files.Clear();
        _made.Clear();
    }
}

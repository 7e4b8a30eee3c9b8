using System;
using System.Threading;
using Spectre.Console;

namespace GuidedMixup.Cli;

/// <summary>Shows on a terminal how far the work is, once it has taken more than a second; writes to stderr.</summary>
internal sealed class LateProgress : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly ManualResetEventSlim _end = new();
    private readonly Thread? _thread;
    private volatile string _what = "working";
    private volatile int _done;
    private volatile int _all = 1;

    internal LateProgress()
    {
        if (Console.IsErrorRedirected) return;
        _thread = new Thread(Show) { IsBackground = true, Name = "progress" };
        _thread.Start();
    }

    /// <summary>Begins a part of the work.</summary>
    internal void Begin(string what, int all) => (_done, _all, _what) = (0, Math.Max(all, 1), what);

    /// <summary>One more of them is done.</summary>
    internal void Advance() => _done++;

    public void Dispose()
    {
        _end.Set();
        _thread?.Join();
        _end.Dispose();
    }

    private void Show()
    {
        if (_end.Wait(Patience)) return;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        Progress bar = console.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn());
        bar.Start(context =>
        {
            ProgressTask task = context.AddTask("working");
            do
            {
                task.Description = Markup.Escape(_what);
                task.MaxValue = _all;
                task.Value = _done;
                task.IsIndeterminate = _all == 1;
            }
            while (!_end.Wait(80));
        });
    }
}

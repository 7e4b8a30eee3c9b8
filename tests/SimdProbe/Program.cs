using System;
using System.Diagnostics;
using System.Runtime.Intrinsics;
using GuidedMixup.Tests.Contract;

// Started by SimdWidthTests as a child process: the width of a process is fixed when it starts.
int width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
Console.WriteLine($"width {width}");
long start = Stopwatch.GetTimestamp();
foreach (string line in DigestCases.All()) Console.WriteLine(line);
Console.Error.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
return 0;

using System;
using System.IO;
using System.Text.Json;
using GuidedMixup.Gpu;

// The GPU kit's own program, on the device machine: what the device is, what each kernel takes, and calls for compute-sanitizer to watch.
switch (args)
{
    case ["info"]:
        using (var writer = new Utf8JsonWriter(Console.OpenStandardOutput(), new JsonWriterOptions { Indented = true })) DeviceInfo.Write(writer);
        Console.WriteLine();
        return 0;
    case ["bench", var file]:
        Bench.Run(file, isDry: false);
        return 0;
    case ["bench", var file, "--dry"]:
        Bench.Run(file, isDry: true);
        return 0;
    case ["exercise", "tails"]:
        Exercise.Tails();
        return 0;
    case ["exercise", "small"]:
        Exercise.Small();
        return 0;
    case ["exercise", "plant"]:
        Exercise.Plant();
        return 0;
    case ["exercise", "unwritten"]:
        Exercise.Unwritten();
        return 0;
    default:
        Console.Error.WriteLine($"usage: {Path.GetFileName(Environment.ProcessPath)} info | bench FILE.json [--dry] | exercise tails|small|plant|unwritten");
        return 2;
}

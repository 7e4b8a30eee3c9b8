using System;
using System.Collections.Generic;
using System.Linq;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Contract;
using GuidedMixup.Tests.Cuda;
using NUnit.Framework;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>
/// Every driver call that a public operation makes is refused once, out of memory and otherwise: the error names the call and its status,
/// nothing is leaked, no context stays current, and the next operation works.
/// </summary>
[TestFixture]
public sealed class AllocationFaultTests : CudaFixture
{
    private const int OutOfMemory = 2, Unknown = 999;

    // A release that the driver refuses leaves its object behind and tells nobody: it runs in finalizers, too.
    private static readonly string[] Releases =
    [
        "cuMemFree_v2", "cuMemFreeHost", "cuStreamDestroy_v2", "cuEventDestroy_v2", "cuGraphDestroy", "cuGraphExecDestroy", "cuModuleUnload", "cuCtxPopCurrent_v2",
    ];

    // A module that does not load makes room for the next image.
    private static readonly string[] Loads = ["cuModuleLoadDataEx", "cuModuleGetFunction", "cuFuncSetAttribute"];

    private static readonly Dictionary<string, Action> Operations = new()
    {
        ["CudaBuffer"] = () =>
        {
            using CudaStream stream = new();
            using var buffer = new CudaBuffer(1000);
            var bytes = new byte[1000];
            buffer.Write<byte>(bytes, stream);
            buffer.Read<byte>(bytes, stream);
            stream.Synchronise();
        },
        ["CudaHostBuffer"] = () =>
        {
            using var buffer = new CudaHostBuffer(1000);
            buffer.AsSpan<byte>()[999] = 1;
        },
        ["CudaEvent"] = () =>
        {
            using CudaStream stream = new(), other = new();
            using CudaEvent first = new(), second = new();
            first.Record(stream);
            other.Wait(first);
            second.Record(other);
            second.Synchronise();
            _ = second.Since(first);
        },
        ["CudaGraph"] = () =>
        {
            // The stream goes first, and its capture with it: memory cannot be freed during one.
            using var buffer = new CudaBuffer(64);
            using CudaStream stream = new();
            stream.BeginCapture();
            buffer.Write<byte>(new byte[64], stream);
            using CudaGraph graph = stream.EndCapture();
            graph.Launch(stream);
            stream.Synchronise();
        },
        ["CudaDevice"] = () => _ = new CudaDevice(0),
        ["CudaDriver.Version"] = () => _ = CudaDriver.Version,
        ["CudaKernels.Load"] = () =>
        {
            CudaKernels.Release();
            CudaKernels.Load();
        },
        ["GuidedMixer.Prepare"] = () =>
        {
            CudaKernels.Release();
            new GuidedMixer().Prepare(DeviceCopies.Gpu, 2, 3, 32, 32);
        },
        ["GuidedMixer.Mix, 33×47"] = () => Mix(new GuidedMixerOptions(), 33, 47),
        ["GuidedMixer.Mix, 32×32"] = () => Mix(new GuidedMixerOptions(), 32, 32),
        ["GuidedMixer.Mix, synchronous"] = () =>
        {
            GuidedMixup.Cuda.CudaCall.IsSynchronous = true;
            try
            {
                Mix(new GuidedMixerOptions { Saliency = Saliency.Gradient }, 16, 16);
            }
            finally
            {
                GuidedMixup.Cuda.CudaCall.IsSynchronous = false;
            }
        },
    };

    public static IEnumerable<string> Names => Operations.Keys.Concat(FuzzCalls.All.Where(c => !c.IsMixer && !c.IsHostOnly).Select(c => c.Name));

    [TestCaseSource(nameof(Names))]
    public void Every_driver_call_refused_is_named_and_leaks_nothing(string name)
    {
        Action operation = Operations.TryGetValue(name, out Action? known) ? known : () => Stage(name);
        operation();
        DriverProbe.Settle();
        Dictionary<string, int> calls = DriverProbe.Calls(operation);
        int refused = 0, sites = 0;
        foreach ((string function, int count) in calls.Where(c => !c.Key.StartsWith("cuGetError", StringComparison.Ordinal)))
        {
            foreach (int status in (int[])[OutOfMemory, Unknown])
            {
                for (int k = 1; k <= count; k++)
                {
                    sites++;
                    if (Refuse(operation, function, k, status)) refused++;
                }
            }
        }

        TestContext.Out.WriteLine($"{sites} call sites refused, {refused} of them reported");
        Assert.That(sites, Is.GreaterThan(0));
        Assert.That(refused, Is.GreaterThan(0));
    }

    private static bool Refuse(Action operation, string function, int k, int status)
    {
        string site = $"call {k} of {function}, status {status}";
        (long Bytes, long Handles) before = DriverProbe.Alive;
        EmulatedDriver.FailCall(function, k, status);
        Exception? error = null;
        try
        {
            operation();
        }
        catch (Exception caught)
        {
            error = caught;
        }

        EmulatedDriver.FailCall(function, 0, 0);
        bool isRelease = Releases.Contains(function);
        // Only releases may fail in silence; pushing the context is part of one.
        if (error == null)
            Assert.That(isRelease || function == "cuCtxPushCurrent_v2" || Loads.Contains(function), Is.True, $"{site}: nobody was told.");
        else
        {
            Assert.That(error, Is.InstanceOf<CudaException>(), $"{site}: {error}");
            string plain = function.Replace("_v2", "", StringComparison.Ordinal);
            Assert.That(error.Message, Does.Contain(plain).And.Contain(status == OutOfMemory ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR_UNKNOWN"), site);
        }

        while (function == "cuCtxPopCurrent_v2" && EmulatedDriver.CtxGetCurrent(out nint left) == 0 && left != 0) EmulatedDriver.CtxPopCurrent(out _);
        Assert.That(EmulatedDriver.CtxGetCurrent(out nint current), Is.Zero);
        Assert.That(current, Is.EqualTo((nint)0), $"{site}: a context stays current.");
        // The next one works, and loads what a failed load left out.
        Assert.That(operation, Throws.Nothing, $"after {site}");
        if (!isRelease && !(error == null && function == "cuCtxPushCurrent_v2"))
        {
            // What the tests' own helpers had in hand when the error came is left to its finalizer.
            if (DriverProbe.Alive != before) DriverProbe.Settle();
            Assert.That(DriverProbe.Alive, Is.EqualTo(before), $"{site}: leaked.");
        }
        else
        {
            DriverProbe.Settle();
        }

        return error != null;
    }

    private static void Mix(GuidedMixerOptions options, int h, int w)
    {
        using var batch = new SeededBatch(2, 3, h, w);
        DeviceMix.Run(new GuidedMixer(options), batch);
    }

    /// <summary>The first valid case of a stage that answers, on the device.</summary>
    private static void Stage(string name)
    {
        using CudaStream stream = new();
        FuzzCase @case = Valid(name);
        using var memory = new FuzzMemory(@case, isDevice: true, 0xFF);
        var views = @case.Tensors.ToDictionary(t => t.Parameter.Name, memory.View);
        @case.Call.Invoke(argument => views.TryGetValue(argument, out TensorView view) ? view : default, memory.Execution(stream.Value), @case);
        stream.Synchronise();
    }

    private static FuzzCase Valid(string name)
    {
        for (int seed = 1; ; seed++)
        {
            var @case = new FuzzCase(seed);
            if (@case.Call.Name == name && @case.IsValid && @case is { H: < 20, W: < 20, N: > 1 }) return @case;
        }
    }
}

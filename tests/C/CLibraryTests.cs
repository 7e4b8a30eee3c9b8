using System;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.C;

/// <summary>What the C library says of itself, its errors and its devices; many threads at once.</summary>
[TestFixture("v3")]
[TestFixture("v4")]
public sealed unsafe class CLibraryTests(string level) : CFixture(level)
{
    private readonly string _level = level;

    [Test]
    public void Version_is_the_managed_library_s()
    {
        string managed = typeof(GuidedMixer).Assembly.GetName().Version!.ToString(3);
        Assert.That(Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)Library["version"])()), Is.EqualTo(managed));
        Assert.That(((delegate* unmanaged<int>)Library["abi_version"])(), Is.EqualTo(1));
    }

    [Test]
    public void Vectors_are_as_wide_as_the_build_says() =>
        Assert.That(((delegate* unmanaged<int>)Library["simd_bits"])(), Is.EqualTo(_level == "v4" ? 512 : 256));

    [Test]
    public void The_processor_has_a_name_and_counts_as_one_device()
    {
        int count = -1;
        Library.Check(Count(1, &count));
        Assert.That(count, Is.EqualTo(1));
        Assert.That(Name(CDevice.Cpu, 256), Is.Not.Empty);
        Assert.That(Name(new CDevice(0, 0), 256), Is.EqualTo(Name(CDevice.Cpu, 256)), "zeroed memory names the host.");
        Assert.That(Name(CDevice.Cpu, 4), Has.Length.EqualTo(3), "cut to the room there is.");
        Assert.That(Name(CDevice.Cpu, 1), Is.Empty);
    }

    [Test]
    public void Queries_with_bad_arguments_are_refused()
    {
        int count = -1;
        byte text = 7;
        using (Assert.EnterMultipleScope())
        {
            Refused(Count(1, null), "count: NULL");
            Refused(Count(4, &count), "device_type: 4;");
            var name = (delegate* unmanaged<CDevice, byte*, nuint, int>)Library["device_name"];
            Refused(name(CDevice.Cpu, null, 10), "name: NULL");
            Refused(name(CDevice.Cpu, &text, 0), "capacity: 0;");
            Refused(name(new CDevice(5, 0), &text, 1), "device: device type 5;");
            Refused(((delegate* unmanaged<CDevice, byte*, nuint, int>)Library["device_image"])(CDevice.Cpu, &text, 1), "device: the host");
            Refused(((delegate* unmanaged<CDevice, int>)Library["release"])(new CDevice(5, 0)), "device: device type 5;");
            Refused(((delegate* unmanaged<CTensor*, CExecution*, int>)Library["check_flags"])(null, null), "flags: no tensor is given.");
            Refused(((delegate* unmanaged<CTensor*, CTensor*, int, CExecution*, int>)Library["pair_distance"])(null, null, 0, null), "normalised: no tensor");
            Refused(((delegate* unmanaged<CTensor*, ulong, ulong, int, CTensor*, CExecution*, int>)Library["cycle_cover_random"])(null, 0, 0, 0, null, null), "partners: no tensor");
        }

        Assert.That(text, Is.EqualTo(7), "nothing was written.");
        Library.Check(((delegate* unmanaged<CDevice, int>)Library["release"])(CDevice.Cpu));
        Library.Check(((delegate* unmanaged<int>)Library["trim"])());
    }

    [Test]
    public void Metric_and_rank_out_of_range_are_refused()
    {
        using var memory = new CMemory();
        using HostTensor maps = HostTensor.Allocate(ElementType.Float32, 2, 8, 8), distance = HostTensor.Allocate(ElementType.Float32, 2, 2);
        using HostTensor partners = HostTensor.Allocate(ElementType.Int64, 2);
        var pair = (delegate* unmanaged<CTensor*, CTensor*, int, CExecution*, int>)Library["pair_distance"];
        Refused(pair(memory.Tensor(maps.View), memory.Tensor(distance.View), 3, null), "metric: 3");
        var random = (delegate* unmanaged<CTensor*, ulong, ulong, int, CTensor*, CExecution*, int>)Library["cycle_cover_random"];
        Refused(random(memory.Tensor(partners.View), 0, 0, -1, null, null), "rank: -1;");
        Refused(random(memory.Tensor(partners.View), 0, 0, 1 << 24, null, null), "rank: 16777216;");
    }

    [Test]
    public void Host_workspaces_are_0_bytes_and_sizes_are_checked()
    {
        string[] byMaps = ["gaussian_blur", "normalise", "pair_distance", "pixel_mix", "snapmix"];
        string[] byImages = ["cycle_cover", "pixel_mix_backward", "label_mix", "mixup", "cutmix", "saliencymix_boxes"];
        long bytes = -1;
        using (Assert.EnterMultipleScope())
        {
            foreach (string name in byMaps)
            {
                var size = (delegate* unmanaged<CDevice, long, long, long, long*, int>)Library["workspace_size_" + name];
                Library.Check(size(CDevice.Cpu, 4, 8, 8, &bytes));
                Assert.That(bytes, Is.Zero, name);
                Refused(size(CDevice.Cpu, 0, 8, 8, &bytes), "n: 0;");
                Refused(size(CDevice.Cpu, 1L << 31, 8, 8, &bytes), "n: 2147483648;");
                Refused(size(CDevice.Cpu, 1, 1 << 20, 1 << 20, &bytes), "h: ");
                Refused(size(CDevice.Cpu, 1, 8, long.MinValue, &bytes), "w: ");
                Refused(size(CDevice.Cpu, 1, 8, 8, null), "bytes: NULL");
            }

            foreach (string name in byImages)
            {
                var size = (delegate* unmanaged<CDevice, long, long*, int>)Library["workspace_size_" + name];
                Library.Check(size(CDevice.Cpu, 4, &bytes));
                Refused(size(CDevice.Cpu, -1, &bytes), "n: -1;");
                Refused(size(new CDevice(6, 0), 1, &bytes), "device: device type 6;");
            }

            foreach (string name in (string[])["mix", "spectral_residual"])
            {
                var size = (delegate* unmanaged<CDevice, long, long, long, COptions*, long*, int>)Library["workspace_size_" + name];
                Library.Check(size(CDevice.Cpu, 4, 8, 8, null, &bytes));
                var options = default(COptions);
                Refused(size(CDevice.Cpu, 4, 8, 8, &options, &bytes), "options: size is 0;");
            }
        }
    }

    [Test]
    public void A_message_stays_with_its_thread_until_the_next_failure()
    {
        Refused(Count(4, null), "count: NULL");
        string? inside = null;
        var thread = new Thread(() => inside = Library.LastError);
        thread.Start();
        thread.Join();
        int count;
        Library.Check(Count(1, &count));
        Assert.That(inside, Is.Empty, "another thread has had no failure.");
        Assert.That(Library.LastError, Does.StartWith("count: NULL"), "success leaves the message as it is.");
    }

    [Test]
    public void Eight_threads_at_once_give_the_bits_of_one()
    {
        var options = new GuidedMixerOptions { Seed = 3 };
        using var shared = new CMixer(Library, options);
        var errors = new string?[8];
        var threads = new Thread[8];
        for (int i = 0; i < 8; i++)
        {
            int seed = i;
            threads[i] = new Thread(() =>
            {
                try
                {
                    using var batch = new SeededBatch(4, 3, 16 + seed, 20, seed: seed);
                    string expected = MixRecord.Run(new GuidedMixer(options), batch).Digest;
                    for (int round = 0; round < 20; round++)
                    {
                        // Failures beside successes: each thread has its own message.
                        Assert.That(Count(100 + seed, null), Is.EqualTo(1));
                        using var own = new CMixer(Library, options);
                        Assert.That((round % 2 == 0 ? own : shared).Run(batch, options, threads: 1 + (round % 3)).Digest, Is.EqualTo(expected));
                    }
                }
                catch (Exception error)
                {
                    errors[seed] = error.ToString();
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads) thread.Join();
        Assert.That(errors, Is.All.Null);
    }

    private int Count(int type, int* count) => ((delegate* unmanaged<int, int*, int>)Library["device_count"])(type, count);

    private string Name(CDevice device, int capacity)
    {
        byte* name = stackalloc byte[256];
        Library.Check(((delegate* unmanaged<CDevice, byte*, nuint, int>)Library["device_name"])(device, name, (nuint)capacity));
        return Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
    }

    private void Refused(int status, string message)
    {
        Assert.That(status, Is.EqualTo(1), message);
        Assert.That(Library.LastError, Does.StartWith(message));
    }
}

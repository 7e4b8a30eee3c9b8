"""What the numbers were measured on."""
import datetime, os, platform, re, subprocess


def commit(root):
    """The commit, and whether what is measured has been changed since."""
    git = lambda *arguments: subprocess.run(["git", "-C", root, *arguments], capture_output=True, text=True).stdout.strip()
    head = git("rev-parse", "HEAD") or "unknown"
    return head + (" (changed since)" if git("status", "--porcelain", "--", "src", "interop", "bench/peers", "bench/report") else "")


def cpu():
    model = "unknown"
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as file:
            text = file.read()
        found = re.search(r"^model name\s*:\s*(.*)$", text, re.M)
        model = found.group(1) if found else model
        numbers = [re.search(rf"^{key}\s*:\s*(\d+)$", text, re.M) for key in ("cpu family", "model")]
        if all(numbers):
            model += f" (family {numbers[0].group(1)}, model {numbers[1].group(1)})"
    return model


def caches():
    base, found = "/sys/devices/system/cpu/cpu0/cache", []
    for index in sorted(name for name in os.listdir(base) if name.startswith("index")) if os.path.isdir(base) else []:
        read = lambda name: open(os.path.join(base, index, name)).read().strip()
        if read("type") != "Instruction":
            found.append(f"L{read('level')} {read('size')}")
    return ", ".join(found) or "unknown"


def memory():
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{pages / 2**30:.0f} GiB"


def policy():
    """How the scheduler treats this process and what it starts."""
    names = {os.SCHED_OTHER: "normal scheduling", os.SCHED_FIFO: "real-time scheduling (FIFO)", os.SCHED_RR: "real-time scheduling (RR)"}
    return names.get(os.sched_getscheduler(0), "other scheduling")


def describe(root, info):
    """Name and value of all that a reader needs to judge the numbers; info is `guidedmixup info --json`."""
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    return [
        ("CPU", f"{cpu()}, {len(os.sched_getaffinity(0))} cores"), ("caches of a core", caches()), ("memory", memory()),
        ("SIMD width", f"{info['simd_width']} bits, {'with' if info['fma'] else 'without'} FMA"), ("system", f"{platform.system()} {platform.release()}"),
        ("runtime", info["runtime"]), ("commit", commit(root)), ("measured", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")),
        ("load before (1, 5, 15 minutes)", f"{load}; {policy()}"),
    ]

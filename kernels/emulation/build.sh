#!/bin/sh
# Compiles kernels/*.cu for the CPU, with the emulated grid and driver: OUT_DIR/libguidedmixup_cuda_emulation.so.
#   build.sh OUT_DIR [more.cu ...]      CXX and CXXFLAGS are respected; SOURCES= replaces kernels/*.cu, as the tests do;
#                                       KERNEL_CXXFLAGS= is for the kernels alone, as sanitizers are, and LDFLAGS= for the link
# Ends 3, with a message, where there is no compiler.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { echo "usage: build.sh OUT_DIR [more.cu ...]" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
if [ -z "${CXX:-}" ]; then
    for candidate in g++ c++; do command -v $candidate >/dev/null 2>&1 && CXX=$candidate && break; done
fi
[ -n "${CXX:-}" ] && command -v ${CXX%% *} >/dev/null 2>&1 || { echo "No C++ compiler (g++, or CXX=…): the CUDA emulation cannot be built, tests that need it are skipped." >&2; exit 3; }

# Kernels say where they mean a fused multiply-add; without the instruction the C library computes the same, slowly.
fma=
grep -qw fma /proc/cpuinfo 2>/dev/null && fma=-mfma
flags="-std=c++17 -O2 $fma -ffp-contract=off -fno-strict-aliasing -fPIC -fvisibility=hidden -pthread -DGUIDEDMIXUP_EMULATION -Wall -Wextra -Wno-unused-function -Wno-unknown-pragmas -Wno-attributes ${CXXFLAGS:-}"
objects=$out/emulation-objects
[ -n "${SOURCES+set}" ] || SOURCES=$(ls "$here"/../*.cu 2>/dev/null || true)

# Nothing to do where the library was made from the same text by the same compiler.
stamp=$( { echo "$CXX $flags ${KERNEL_CXXFLAGS:-} ${LDFLAGS:-} $SOURCES $*"; $CXX --version; cat "$0" "$here"/*.cpp "$here"/*.h "$here"/../*.h "$here"/../*.cuh $SOURCES "$@"; } 2>/dev/null | cksum)
[ ! -f "$out/libguidedmixup_cuda_emulation.so" ] || [ "$(cat "$out/emulation.stamp" 2>/dev/null)" != "$stamp" ] || exit 0
rm -rf "$objects"
mkdir -p "$objects"

# One unit a source: its names stay its own (a namespace without a name), and its kernels are registered by their own signatures.
unit() {
    name=$(basename "$1" .cu)
    {
        printf '#define GUIDEDMIXUP_UNIT %s\n#include "%s/Registry.h"\nnamespace {\n#include "%s"\n' "$name" "$here" "$1"
        printf '\nextern "C" { extern __attribute__((weak, visibility("hidden"))) unsigned char __start_guidedmixup_shared_%s[], __stop_guidedmixup_shared_%s[]; }\n' "$name" "$name"
        # extern "C" __global__ void [__launch_bounds__(…)] name( — on one line or several
        sed 's,//.*,,' "$1" | { tr '\n' ' '; echo; } | sed 's/extern[[:space:]]*"C"/\n&/g' |
            sed -nE 's/^extern[[:space:]]*"C"[[:space:]]*__global__[[:space:]]+(__launch_bounds__[[:space:]]*\([^)]*\)[[:space:]]*)?void[[:space:]]+(__launch_bounds__[[:space:]]*\([^)]*\)[[:space:]]*)?([A-Za-z_0-9]+)[[:space:]]*\(.*/\3/p' |
            while read -r kernel; do
                printf 'const ::emulation::Registration register_%s("%s", &%s, __start_guidedmixup_shared_%s, __stop_guidedmixup_shared_%s);\n' "$kernel" "$kernel" "$kernel" "$name" "$name"
            done
        printf '}\n'
    } > "$objects/$name.cpp"
}

for source in $SOURCES "$@"; do
    [ -f "$source" ] || { echo "build.sh: no such file: $source" >&2; exit 2; }
    unit "$(cd "$(dirname "$source")" && pwd)/$(basename "$source")"
done
# The grid with its fibers is a unit, the driver another: most of its compile time is the C++ library's headers.
for source in "$here"/*.cpp; do
    case $source in */Emulation.cpp | */Fibers.cpp) of=Grid ;; *) of=Driver ;; esac
    printf '#include "%s"\n' "$source" >> "$objects/Emulation_$of.cpp"
done

# All units at once, as many as there are processors.
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
ls "$objects"/*.cpp | xargs -P "$jobs" -I{} sh -c "case {} in */Emulation_*) own= ;; *) own='${KERNEL_CXXFLAGS:-}' ;; esac; $CXX $flags \$own -I'$here' -c '{}' -o '{}.o'" || { echo "build.sh: a unit did not compile" >&2; exit 1; }
$CXX $flags -shared -o "$out/libguidedmixup_cuda_emulation.so.new" "$objects"/*.o -lm ${LDFLAGS:-}
mv "$out/libguidedmixup_cuda_emulation.so.new" "$out/libguidedmixup_cuda_emulation.so"
printf '%s\n' "$stamp" > "$out/emulation.stamp"
rm -rf "$objects"

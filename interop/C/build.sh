#!/bin/sh
# Makes the C library: OUT/x86-64-v3/libguidedmixup.so, OUT/x86-64-v4/libguidedmixup.so and OUT/guidedmixup.h.
#   interop/C/build.sh OUT [v3|v4]...
# Needs the .NET 10 SDK, ILCompiler 9.0 from the package feed, and clang or gcc to link. Which of the two a machine takes is read from its CPU
# before loading: __builtin_cpu_supports("x86-64-v4"), or the dynamic linker by itself from lib/glibc-hwcaps/x86-64-v3 and -v4.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { echo "usage: build.sh OUT [v3|v4]..." >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- v3 v4
linker=$(command -v clang || command -v clang-19 || command -v gcc) || { echo "build.sh: neither clang nor gcc is here to link with." >&2; exit 3; }

for level in "$@"; do
    dotnet publish "$here/GuidedMixup.C.csproj" -c Release -nologo -v quiet -p:NativeLevel="$level" -p:CppCompilerAndLinker="$linker" -o "$out/publish-$level"
    mkdir -p "$out/x86-64-$level"
    mv "$out/publish-$level/libguidedmixup.so" "$out/x86-64-$level/libguidedmixup.so"
    rm -r "$out/publish-$level"
done
cp "$here/guidedmixup.h" "$out/guidedmixup.h"
ls -l "$out"/x86-64-*/libguidedmixup.so

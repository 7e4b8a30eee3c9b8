#!/bin/sh
# Compiles the shim: OUT_DIR/libLibTorchSharp.so, a LibTorchSharp of our own over the libtorch that is installed.
#   build.sh OUT_DIR      CXX and CXXFLAGS are respected; LIBTORCH= names a folder with include/ and lib/ other than the system's
# Beside it: libtorch_cuda.so (the current stream) and lacking/libLibTorchSharp.so (one export short).
# Ends 3, with a message, where there is no compiler or no libtorch.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 1 ] || { echo "usage: build.sh OUT_DIR" >&2; exit 2; }
mkdir -p "$1/lacking"
out=$(cd "$1" && pwd)
CXX=${CXX:-g++}
command -v ${CXX%% *} >/dev/null 2>&1 || { echo "No C++ compiler ($CXX): the LibTorchSharp shim cannot be built." >&2; exit 3; }
flags="-std=c++17 -O1 -fPIC -fvisibility=hidden -pthread -Wall -Wextra -Wno-unused-parameter ${CXXFLAGS:-}"
libraries="-ltorch_cpu -lc10"
if [ -n "${LIBTORCH:-}" ]; then
    flags="$flags -isystem $LIBTORCH/include"
    libraries="-L$LIBTORCH/lib -Wl,-rpath,$LIBTORCH/lib $libraries"
fi
printf '#include <ATen/core/Tensor.h>\n' | $CXX $flags -fsyntax-only -x c++ - 2>/dev/null || { echo "No libtorch headers (libtorch-dev, or LIBTORCH=…): the LibTorchSharp shim cannot be built." >&2; exit 3; }

objects=$out/shim-objects
stamp=$({ echo "$CXX $flags $libraries"; $CXX --version; cat "$0" "$here"/*.cpp "$here"/*.h; } | cksum)
[ "$(cat "$out/shim.stamp" 2>/dev/null)" != "$stamp" ] || exit 0
rm -rf "$objects"
mkdir -p "$objects"
for unit in Tensors Scenes CudaTensors; do echo $unit; done |
    xargs -P 2 -I{} $CXX $flags -c "$here/{}.cpp" -o "$objects/{}.o" || { echo "build.sh: a unit did not compile" >&2; exit 1; }
# shellcheck disable=SC2086
$CXX -shared -o "$out/libLibTorchSharp.so" -Wl,-soname,libLibTorchSharp.so "$objects"/*.o $libraries
$CXX $flags -shared -o "$out/libtorch_cuda.so" -Wl,-soname,libtorch_cuda.so "$here/Stream.cpp"
# A version script hides one name; its own soname, so that the loader does not take the one for the other.
printf '{ global: *; local: THSTensor_stride; };\n' > "$objects/lacking.map"
$CXX -shared -o "$out/lacking/libLibTorchSharp.so" -Wl,-soname,libLacking.so -Wl,--version-script="$objects/lacking.map" "$objects"/*.o $libraries
printf '%s\n' "$stamp" > "$out/shim.stamp"
rm -rf "$objects"

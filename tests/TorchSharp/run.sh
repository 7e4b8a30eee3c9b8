#!/usr/bin/env bash
# The TorchSharp bridge against real libtorch: builds the shim (a LibTorchSharp of our own), the stub of TorchSharp and both layers, runs the
# tests, and builds the typed project as it stands against a package made of the stub.
#   run.sh [arguments of the test runner]
# Where there is no compiler or no libtorch (apt-get install g++ libtorch-dev) the tests are skipped by name.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
out=bin/Release/net10.0

dotnet build -c Release --nologo -v quiet GuidedMixup.TorchSharp.Tests.csproj

# 3: what is needed is not here, and why. Anything else is a fault of the sources.
code=0
bash shim/build.sh "$out" 2>"$out/shim.log" || code=$?
cat "$out/shim.log" >&2
rm -f "$out/shim.why"
if [ $code -eq 3 ]; then
    # A shim of an earlier run must not hide that it cannot be built now.
    rm -f "$out/libLibTorchSharp.so" "$out/shim.stamp"
    cp "$out/shim.log" "$out/shim.why"
elif [ $code -ne 0 ]; then
    exit $code
fi

# CUDA tensors lie in memory of the emulated driver.
code=0
sh "$root/kernels/emulation/build.sh" "$out/cuda-emulation" || code=$?
[ $code -eq 0 ] || [ $code -eq 3 ] || exit $code
[ $code -ne 0 ] || export GUIDEDMIXUP_CUDA_DRIVER="$PWD/$out/cuda-emulation/libguidedmixup_cuda_emulation.so"

"$out/GuidedMixup.TorchSharp.Tests" "$@"
[ $# -eq 0 ] || exit 0

# Without libtorch's function for the current stream, as before 2.0: the default stream it is.
if [ -f "$out/libtorch_cuda.so" ] && [ -n "${GUIDEDMIXUP_CUDA_DRIVER:-}" ]; then
    mv "$out/libtorch_cuda.so" "$out/libtorch_cuda.aside"
    code=0
    "$out/GuidedMixup.TorchSharp.Tests" --filter FullyQualifiedName~CudaTests.Mix_on || code=$?
    mv "$out/libtorch_cuda.aside" "$out/libtorch_cuda.so"
    [ $code -eq 0 ] || exit $code
fi

# The typed project's own file, with its PackageReference met by the stub: in a copy of the sources and with a package folder of its own, for
# nothing else may ever take the stub for TorchSharp. What the common folder has need not be fetched again.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
dotnet pack -c Release --nologo -v quiet -o "$scratch/feed" Stub/TorchSharp.csproj
mkdir "$scratch/tree"
tar -C "$root" --exclude=bin --exclude=obj -cf - Directory.Build.props Directory.Packages.props .editorconfig global.json README.md \
    src/GuidedMixup interop/Cuda interop/TorchSharp kernels/ptx | tar -C "$scratch/tree" -xf -
common=${NUGET_PACKAGES:-$HOME/.nuget/packages}
mkdir -p "$common"
cd "$scratch/tree"
NUGET_PACKAGES="$scratch/packages" dotnet build -c Release --nologo -v quiet interop/TorchSharp/Typed \
    -p:RestoreAdditionalProjectSources="$scratch/feed" -p:RestoreFallbackFolders="$common" -p:EnableSourceControlManagerQueries=false
ls interop/TorchSharp/Typed/bin/Release/net*/GuidedMixup.TorchSharp.dll
echo 'the typed project builds against a package named TorchSharp'

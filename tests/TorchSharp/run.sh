#!/usr/bin/env bash
# The TorchSharp bridge against real libtorch: builds the shim (a LibTorchSharp of our own), the stub of TorchSharp and both layers, runs the
# tests, and builds the typed project as it stands against a package made of the stub.
#   run.sh [arguments of the test runner]
# Where there is no compiler or no libtorch (apt-get install g++ libtorch-dev) the tests are skipped by name.
set -euo pipefail
cd "$(dirname "$0")"
out=bin/Release/net10.0
dotnet build -c Release --nologo -v quiet GuidedMixup.TorchSharp.Tests.csproj
rm -f "$out/shim.why"
code=0
bash shim/build.sh "$out" 2>"$out/shim.why.new" || code=$?
cat "$out/shim.why.new" >&2
if [ $code -eq 3 ]; then
    # A shim of an earlier run must not hide that it cannot be built now.
    rm -f "$out/libLibTorchSharp.so"
    mv "$out/shim.why.new" "$out/shim.why"
elif [ $code -ne 0 ]; then
    exit $code
fi
rm -f "$out/shim.why.new"
"$out/GuidedMixup.TorchSharp.Tests" "$@"

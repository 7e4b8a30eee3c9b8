#!/bin/sh
# The emulation's own test: builds it with Test.cu instead of the kernels, and runs Test*.cpp against the driver API. Ends 3 without a compiler.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
SOURCES="$here/Test.cu" "$here/../build.sh" "$out"
${CXX:-g++} -std=c++17 -O1 -Wall -Wextra "$here"/Test*.cpp -o "$out/test" -L"$out" -lguidedmixup_cuda_emulation -Wl,-rpath,"$out" -pthread ${LDFLAGS:-}
"$out/test" "$@"

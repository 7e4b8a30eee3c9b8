#!/usr/bin/env bash
# kernels/build.sh          writes kernels/ptx/<arch>/<Stage>.ptx for every kernels/<Stage>.cu, and kernels/ptx/CLANG_VERSION
# kernels/build.sh --check  builds into a temporary folder and compares byte for byte; another clang than the recorded one is a named skip
set -euo pipefail
cd "$(dirname "$0")"

archs="sm_70 sm_80 sm_90"
clang="${CLANG:-clang++-19}"

if ! command -v "$clang" > /dev/null; then
    if [[ "${1:-}" == --check ]]; then
        echo "SKIPPED PtxBytes: $clang is not installed"
        exit 0
    fi
    echo "$clang is not installed (apt-get install -y --no-install-recommends clang-19)" >&2
    exit 1
fi

version="$("$clang" --version | head -n 1)"

# The PTX ISA is pinned: 7.8 loads on every driver from 520 on. -Xclang, for without an SDK clang guesses another one.
build() { # $1: folder
    local arch source
    for arch in $archs; do
        mkdir -p "$1/$arch"
        for source in *.cu; do
            "$clang" -x cuda --cuda-device-only -nocudainc -nocudalib --cuda-gpu-arch="$arch" -Xclang -target-feature -Xclang +ptx78 \
                -O3 -std=c++17 -ffp-contract=off -Wall -Wextra -Werror -S "$source" -o "$1/$arch/${source%.cu}.ptx"
        done
    done
}

case "${1:-}" in
    "")
        rm -rf ptx/sm_*
        build ptx
        echo "$version" > ptx/CLANG_VERSION
        echo "built $(ls ptx/*/*.ptx | wc -l) images with $version"
        ;;
    --check)
        if [[ "$version" != "$(cat ptx/CLANG_VERSION)" ]]; then
            echo "SKIPPED PtxBytes: the images were made by $(cat ptx/CLANG_VERSION); this is $version"
            exit 0
        fi
        temporary="$(mktemp -d)"
        trap 'rm -rf "$temporary"' EXIT
        build "$temporary"
        for arch in $archs; do diff -rq "ptx/$arch" "$temporary/$arch"; done
        echo "the $(ls ptx/*/*.ptx | wc -l) committed images are what $version makes of the sources"
        ;;
    *)
        echo "usage: kernels/build.sh [--check]" >&2
        exit 1
        ;;
esac

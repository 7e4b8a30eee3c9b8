#!/usr/bin/env bash
# bench/report.sh [--quick] [--pairs N] [--threads T] [--out DIR]    the CPU report: ours and torch in turns on this machine, five to eight
# minutes; writes bench/results/cpu.md and cpu.svg and, by bench/scaling.sh, the curves (or into DIR). --quick: two short pairs, a sign of life (CI), written to a temporary folder.
# Needs the .NET SDK. With a python3 that has torch (PEERS_PYTHON, python3, /usr/bin/python3) it compares; without one it measures ours alone
# and says so. Run it while nothing else runs; under `chrt -f 10` it is shielded from what does.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
out=$here/results pairs=7 seconds=0.4 threads=2 note=
while [ $# -gt 0 ]; do
    case $1 in
        --quick) pairs=2 seconds=0.05 out=$(mktemp -d) note='A quick run: a sign of life, not a measurement.' ;;
        --pairs) pairs=${2:?--pairs needs a number}; shift ;;
        --threads) threads=${2:?--threads needs a number}; shift ;;
        --out) out=${2:?--out needs a folder}; shift ;;
        *) sed -n '2,5s/^# //p' "$0" >&2; exit 2 ;;
    esac
    shift
done
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
say() { echo "$*" >&2; }

say 'building the command'
dotnet build -c Release -v quiet -nologo "$root/src/GuidedMixup.Cli" >&2

python=
for candidate in ${PEERS_PYTHON:-} python3 /usr/bin/python3; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import torch' 2>/dev/null; then python=$candidate; break; fi
done
[ -n "$python" ] || say 'no python3 with torch: ours alone'

# Debian's torch takes the system's BLAS, by default the slow reference one. OpenBLAS for OpenMP shares torch's threads: the strongest peer
# there is here. Where it is not installed it is unpacked aside; what was used is named in the report.
blas=${PEERS_BLAS:-}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/guidedmixup-bench
for folder in /usr/lib/*/openblas-openmp "$cache"/usr/lib/*/openblas-openmp; do
    if [ -z "$blas" ] && [ -e "$folder/libblas.so.3" ]; then blas=$folder; fi
done
if [ -n "$python" ] && [ -z "$blas" ] && [ -z "$note" ] && command -v apt-get >/dev/null && command -v dpkg >/dev/null; then
    say 'fetching OpenBLAS for torch'
    mkdir -p "$cache"
    (cd "$cache" && apt-get -qq download libopenblas0-openmp && dpkg -x libopenblas0-openmp_*.deb . && rm libopenblas0-openmp_*.deb) >&2 || say 'OpenBLAS cannot be had: torch keeps its own BLAS'
    for folder in "$cache"/usr/lib/*/openblas-openmp; do [ -e "$folder/libblas.so.3" ] && blas=$folder; done
fi
export PEERS_BLAS=$blas

# The Python package, where the C library can be built; --quick does without, for that takes minutes.
if [ -n "$python" ] && [ -z "${GUIDEDMIXUP_LIBRARY:-}" ] && [ -z "$note" ] && [ -f "$root/interop/C/build.sh" ]; then
    say 'building the C library for the Python package'
    if bash "$root/interop/C/build.sh" "$root/artifacts/bench-c" >&2; then export GUIDEDMIXUP_LIBRARY=$root/artifacts/bench-c; else say 'the C library does not build: the Python call is not measured'; fi
fi
if [ -n "${GUIDEDMIXUP_LIBRARY:-}" ]; then export PYTHONPATH=$root/interop/Python${PYTHONPATH:+:$PYTHONPATH}; fi

driver=$(command -v python3 || command -v "${python:-python3}") || { say 'python3 is needed to write the report'; exit 3; }
"$driver" "$here/report/main.py" --command "$root/src/GuidedMixup.Cli/bin/Release/net10.0/guidedmixup" --python "$python" --out "$out" \
    --pairs "$pairs" --seconds "$seconds" --threads "$threads" --note "$note"
if [ -z "$note" ]; then bash "$here/scaling.sh" --threads "$threads" --out "$out"; fi

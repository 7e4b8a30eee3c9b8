#!/usr/bin/env bash
# bench/scaling.sh [--threads T] [--out DIR]    how the cost grows with N = 16 … 1024 and H = 32 … 512, in half a minute; writes
# bench/results/scaling.md and scaling.svg (or into DIR). Needs the .NET SDK and python3.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
out=$here/results threads=2
while [ $# -gt 0 ]; do
    case $1 in
        --threads) threads=${2:?--threads needs a number}; shift ;;
        --out) out=${2:?--out needs a folder}; shift ;;
        *) sed -n '2,3s/^# //p' "$0" >&2; exit 2 ;;
    esac
    shift
done
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build -c Release -v quiet -nologo "$root/src/GuidedMixup.Cli" >&2
exec python3 "$here/report/scaling.py" --command "$root/src/GuidedMixup.Cli/bin/Release/net10.0/guidedmixup" --out "$out" --threads "$threads"

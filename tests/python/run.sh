#!/bin/sh
# The Python package under test, with the real client: Debian's python3-torch under /usr/bin/python3 (PYTHON names another).
#   tests/python/run.sh [unittest arguments]      all tests and the planted faults, or the tests named: test_golden, test_golden.GoldenCpu, …
# GUIDEDMIXUP_LIBRARY names a built library; without it interop/C/build.sh makes one here (tests/python/out, ignored by git), again where its
# sources are newer. Exit 0: passed, or skipped by name for want of Python, torch or the .NET SDK.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-/usr/bin/python3}
[ -x "$python" ] || { echo "SKIPPED Python: $python is not here"; exit 0; }
"$python" -c 'import numpy' 2>/dev/null || { echo "SKIPPED Python: $python has no numpy (python3-numpy)"; exit 0; }
"$python" -c 'import torch' 2>/dev/null || { echo "SKIPPED Python: $python has no torch (python3-torch)"; exit 0; }

if [ -z "${GUIDEDMIXUP_LIBRARY:-}" ]; then
    out=$here/out/library
    built=$out/x86-64-v4/libguidedmixup.so
    if [ ! -f "$built" ] || [ -n "$(find "$root/interop/C" "$root/interop/Cuda" "$root/src/GuidedMixup" "$root/kernels/ptx" \
            \( -name bin -o -name obj -o -name out \) -prune -o -type f -newer "$built" -print 2>/dev/null | head -n 1)" ]; then
        command -v dotnet >/dev/null || { echo "SKIPPED Python: no .NET SDK to build the library with"; exit 0; }
        sh "$root/interop/C/build.sh" "$out" || exit 1
    fi
    GUIDEDMIXUP_LIBRARY=$out
fi
export GUIDEDMIXUP_LIBRARY
export PYTHONPATH="$root/interop/Python" PYTHONDONTWRITEBYTECODE=1
cd "$here" || exit 1
if [ $# -gt 0 ]; then exec "$python" -m unittest "$@"; fi
"$python" -m unittest discover -v -p 'test_*.py' || exit 1
exec "$python" plants.py

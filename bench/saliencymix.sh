#!/usr/bin/env bash
# bench/saliencymix.sh [--threads N] [--rounds N] [--output FILE]   SaliencyMix beside OpenCV's detector, whole and taken apart
# (bench/peers/saliencymix.py). Needs a python3 with torch, numpy and cv2.saliency (Debian: python3-torch python3-opencv; PEERS_PYTHON names one)
# and the C library: GUIDEDMIXUP_LIBRARY, else it is built. Run it while nothing else runs; under `chrt -f 10` it is shielded from what does.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
python=
for candidate in ${PEERS_PYTHON:-} python3 /usr/bin/python3; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import torch, numpy, cv2; cv2.saliency' 2>/dev/null; then python=$candidate; break; fi
done
[ -n "$python" ] || { echo 'SKIPPED SaliencyMix by OpenCV: no python3 with torch and cv2.saliency (apt-get install python3-torch python3-opencv)' >&2; exit 3; }
if [ -z "${GUIDEDMIXUP_LIBRARY:-}" ]; then
    bash "$root/interop/C/build.sh" "$root/artifacts/bench-c" >&2
    export GUIDEDMIXUP_LIBRARY=$root/artifacts/bench-c
fi
# Or glibc gives every batch's output back, and page faults of fresh memory drown all else; as in bench/report.
export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=17179869184 MALLOC_TOP_PAD_=268435456
PYTHONPATH=$root/interop/Python exec "$python" "$here/peers/saliencymix.py" "$@"

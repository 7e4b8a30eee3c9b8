#!/usr/bin/env bash
# Replays a recording of launches (tests/Cuda/RecordingTests.cs) natively: plain, under AddressSanitizer and UndefinedBehaviorSanitizer, and
# under ThreadSanitizer; then plants faults, each of which must be reported.  run.sh RECORDING [FOLDER TO BUILD IN]
# Needs g++ only; ends 3 where there is none. The last line is "sanitizers: N passed, M failed".
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] && [ -s "$1" ] || { echo "usage: run.sh RECORDING [FOLDER]" >&2; exit 2; }
export CXX=${CXX:-g++}
command -v "${CXX%% *}" >/dev/null || { echo "No C++ compiler (g++, or CXX=…): no sanitizers." >&2; exit 3; }
recording=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
work=${2:-$scratch}
mkdir -p "$work"
work=$(cd "$work" && pwd)
passed=0 failed=0

# One line a check; the output is shown where it fails.
result() { # OK SECONDS NAME FILE
    if [ "$1" -eq 0 ]; then passed=$((passed + 1)) word=ok; else failed=$((failed + 1)) word=FAILED; fi
    printf '%-7s %-88s %4d s\n' "$word" "$3" "$2"
    [ "$1" -eq 0 ] || tail -n 60 "$4"
}

# The emulation and the program that replays, one folder a variant.
build() { # VARIANT [more.cu ...]
    local variant=$1 driver="-g1" kernels="-O1" link="" sources=() out=$work/$1
    shift
    case $variant in
        asan*) driver+=" -DGUIDEDMIXUP_EMULATION_NO_SIGNALS -DGUIDEDMIXUP_EMULATION_ASAN" link="-fsanitize=address,undefined"
            # Fibers' stacks are used again by others, which shadow of stack frames does not survive.
            # Arrays are AddressSanitizer's.
            kernels="$link -O1 -fno-sanitize=object-size -fno-sanitize-recover=undefined --param asan-stack=0" ;;
        tsan*) driver+=" -DGUIDEDMIXUP_EMULATION_NO_SIGNALS -DGUIDEDMIXUP_EMULATION_TSAN -DGUIDEDMIXUP_EMULATION_BARRIERS"
            link="-fsanitize=thread" kernels="$link -O1" ;;
    esac
    [ $# -eq 0 ] || export SOURCES=
    CXXFLAGS=$driver KERNEL_CXXFLAGS=$kernels LDFLAGS=$link sh "$here/../build.sh" "$out" "$@" || return 1
    unset SOURCES
    "$CXX" -std=c++17 -O1 -g1 -Wall -Wextra $link "$here/Replay.cpp" -o "$out/replay" -L"$out" -lguidedmixup_cuda_emulation -Wl,-rpath,"$out"
}

# Options as they are meant here, whatever the caller's environment says.
export ASAN_OPTIONS=detect_stack_use_after_return=0 UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=

clean() { # NAME VARIANT [options of Replay ...]
    local name=$1 start=$SECONDS out=$scratch/out bad=0
    shift
    local variant=$1
    shift
    "$work/$variant/replay" "$recording" "$@" >"$out" 2>&1 || bad=1
    ! grep -qE 'Sanitizer|runtime error' "$out" || bad=1
    result $bad $((SECONDS - start)) "$name: $(tail -n 1 "$out")" "$out"
}

built() { # VARIANT [more.cu ...]
    local start=$SECONDS bad=0
    build "$@" >"$scratch/build" 2>&1 || bad=1
    result $bad $((SECONDS - start)) "build $1" "$scratch/build"
}

# A planted fault: a copy of a kernel's source with one line changed, every kernel in it renamed, all in one build a sanitizer.
plants=$scratch/plants
mkdir -p "$plants"
cp "$here"/../../*.h "$here"/../../*.cuh "$plants"
ln -s "$here/.." "$plants/emulation"
names=() variants=() kernels=() expected=()
plant() { # VARIANT NAME SOURCE KERNEL EXPECTED FROM TO, the last three extended regular expressions; FROM must match one line or more
    local tag=plant${#names[@]}_ name=${3%.*} extension=${3##*.}
    names+=("$2") variants+=("$1") kernels+=("$4") expected+=("$5")
    # A header is planted for the kernel of its name. Its line is marked first, so that a plant that no longer fits is seen.
    [ "$extension" = cu ] || sed -E "s/\"$3\"/\"$tag.cuh\"/" "$here/../../$name.cu" >"$plants/$tag.cu"
    sed -E "s~$6~$7/* planted */~" "$here/../../$3" >"$plants/$tag.$extension"
    grep -q '/\* planted \*/' "$plants/$tag.$extension" || { rm "$plants/$tag.cu"; return; }
    # Kernels begin with their file's name.
    local prefix
    prefix=$(sed -E 's/([a-z])([A-Z])/\1_\L\2/g; s/^./\L&/' <<<"$name")
    sed -i -E "s/\b$prefix[a-z0-9_]*\(/$tag&/" "$plants/$tag.cu"
}

plant plain 'read of shared memory nobody wrote' PairDistance.cu pair_distance_finish 'differs from the recording' \
    'sums\[2\]\[warp\]\[lane\] = both;' ';'
plant plain 'read of workspace nobody wrote' PixelMix.cu pixel_mix 'differs from the recording' \
    'partial\[image \* tiles \+ blockIdx.x\] = total;' ';'
plant plain 'misaligned vector load' PairDistance.cu pair_distance_partial 'misaligned Load4' \
    'v = Load4\(source\);' 'v = Load4(source + 1);'
plant plain 'barrier that some threads never reach' CycleCover.cu cycle_cover_random 'deadlock: .* wait at __syncthreads' \
    'bool isIn = i < n \&\& IsSelected\(s, step, \(int\)i\);' 'if (t == 5) return; bool isIn = i < n \&\& IsSelected(s, step, (int)i);'
plant plain 'word of shared memory left out at the start' GridCut.cuh grid_cut 'differs from the recording' \
    'memory.label\[at\] = 0;' ';'
plant plain 'word of an output left out' MixDraws.cu mix_draws 'differs from the recording' \
    'target\[3\] = box.right;' ';'
plant plain 'costs without their priors' PuzzleMixSolve.cu puzzle_mix_solve 'differs from the recording' \
    'memory.priors\[t\] = ' 'double unused = '
plant plain 'misaligned group' AugMix.cu aug_mix 'misaligned LoadRaw16' \
    'chain \+ \(k \+ 1\) \* w.step' 'chain + 1 + (k + 1) * w.step'
plant plain 'lanes that leave before a ballot' GridCut.cuh grid_cut 'lanes of a warp meet with different operations or masks' \
    'unsigned active = __ballot_sync' 'if (lane >= problem.w) continue; unsigned active = __ballot_sync'
plant plain 'barrier behind which a thread has left' PuzzleMixSolve.cu puzzle_mix_solve 'deadlock: .* wait at __syncthreads' \
    'if \(t == 64\)' 'if (t == 70) return; if (t == 64)'
plant asan 'row of edges below the last' GridCut.cuh grid_cut 'AddressSanitizer: heap-buffer-overflow' \
    'y < h - 1 \? edges' 'y < h ? edges'
plant asan 'column of labels beyond the last' GridCut.cu grid_cut 'AddressSanitizer: heap-buffer-overflow' \
    'if \(lane < w\)' 'if (lane <= w)'
plant asan 'boundary below the last row' PuzzleMixMeasure.cu puzzle_mix_measure 'AddressSanitizer: heap-buffer-overflow' \
    'block < nodes - plan.blocks' 'block <= nodes - plan.blocks'
plant asan 'square beyond the last' PuzzleMixSolve.cu puzzle_mix_solve 'AddressSanitizer: heap-buffer-overflow' \
    'j < 2 \* count; j \+= Threads\) sources\[j\] = places' 'j <= 2 * count; j += Threads) sources[j] = places'
plant asan 'pixel of the mask beyond the last' PuzzleMix.cu puzzle_mix 'AddressSanitizer: heap-buffer-overflow' \
    'k < count && mask' 'k <= count \&\& mask'
plant asan 'peak of a warp beyond the last' SaliencyMix.cu saliency_mix_peaks 'runtime error: index 16 out of bounds' \
    'k < Threads / 32; k\+\+\) best' 'k <= Threads / 32; k++) best'
plant asan 'group across the end of a plane (Mixup)' Mixup.cu mixup 'AddressSanitizer: heap-buffer-overflow' \
    'e \+ size > count' 'e > count'
plant asan 'group across the end of a plane (CutMix)' CutMix.cu cut_mix 'AddressSanitizer: heap-buffer-overflow' \
    'e \+ size <= count' 'e < count'
plant asan 'group across the end of a plane (SnapMix)' SnapMix.cu snap_mix 'AddressSanitizer: heap-buffer-overflow' \
    'e \+ size <= count' 'e < count'
plant asan 'group across the end of a plane (AugMix)' AugMix.cu aug_mix 'AddressSanitizer: heap-buffer-overflow' \
    'e \+ size > count' 'e > count'
plant asan 'static shared array overrun' CycleCover.cu cycle_cover_random 'AddressSanitizer: global-buffer-overflow' \
    'warps\[warp\] = ' 'warps[warp + 1] = '
plant asan 'dynamic shared memory overrun' CycleCover.cu cycle_cover_greedy 'AddressSanitizer: (SEGV|use-after-poison)' \
    'resident\[i\] = distance\[i\];' 'resident[i + 1] = distance[i];'
plant asan 'dynamic shared memory underrun' CycleCover.cu cycle_cover_greedy 'AddressSanitizer: use-after-poison' \
    'resident\[i\] = distance\[i\];' 'resident[i - 1] = distance[i];'
plant asan 'global write past the end' CycleCover.cu cycle_cover_widen 'AddressSanitizer: heap-buffer-overflow' \
    'wide\[i\] = partners\[i\];' 'wide[i + 1] = partners[i];'
plant asan 'global read past the end' CycleCover.cu cycle_cover_widen 'AddressSanitizer: heap-buffer-overflow' \
    'wide\[i\] = partners\[i\];' 'wide[i] = partners[i + 1];'
plant asan 'write past one piece of a workspace' CycleCover.cu cycle_cover_random 'AddressSanitizer: heap-buffer-overflow' \
    'keys\[position\] = ' 'keys[position + 1] = '
plant asan 'misaligned store (UBSan)' CycleCover.cu cycle_cover_widen 'runtime error: store to misaligned address' \
    'wide\[i\] = partners\[i\];' '*reinterpret_cast<long long*>(reinterpret_cast<int*>(wide + i) - (i > 0)) = partners[i];'
plant asan 'signed overflow (UBSan)' CycleCover.cu cycle_cover_widen 'runtime error: signed integer overflow' \
    'wide\[i\] = partners\[i\];' 'wide[i] = partners[i] + 0x7FFFFFFF;'

caught() { # INDEX
    local i=$1 start=$SECONDS out=$scratch/out bad=1
    if [ ! -f "$plants/plant${i}_.cu" ]; then echo "the source no longer has the line that this plant changes" >"$out"
    else
        "$work/${variants[i]}-plants/replay" "$recording" --only "${kernels[i]}" --prefix "plant${i}_" >"$out" 2>&1
        [ $? -ne 0 ] && grep -qE "${expected[i]}" "$out" && bad=0
    fi
    result $bad $((SECONDS - start)) "caught: ${names[i]}: $(grep -oE -m 1 "${expected[i]}" "$out" | head -n 1)" "$out"
}

built plain
clean 'plain' plain
clean 'fibers and blocks in another order' plain --order 5
clean 'shared memory full of something else' plain --fill 0x3f
clean 'workspace full of something else' plain --poison 0x3f123456
built asan
clean 'ASan and UBSan' asan
clean 'ASan and UBSan, another order' asan --order 9
built tsan
clean 'TSan' tsan

for variant in plain asan; do
    files=()
    for i in "${!names[@]}"; do [ "${variants[i]}" != $variant ] || [ ! -f "$plants/plant${i}_.cu" ] || files+=("$plants/plant${i}_.cu"); done
    mkdir -p "$work/$variant-plants"
    built $variant-plants "${files[@]}"
    for i in "${!names[@]}"; do [ "${variants[i]}" != $variant ] || caught "$i"; done
done

# Every __syncthreads and __syncwarp that the recording reaches, left out by itself.
start=$SECONDS bad=0
TSAN_OPTIONS=halt_on_error=1 "$work/tsan/replay" "$recording" --barriers >"$scratch/barriers" 2>"$scratch/races" || bad=1
grep -q 'WARNING: ThreadSanitizer: data race' "$scratch/races" && grep -q '^missed' "$scratch/barriers" || bad=1
while read -r file count _; do
    known=$(sed -nE "s/^$file ([0-9]+) .*/\1/p" "$here/spare")
    [ "$count" -le "${known:-0}" ] || { echo "$file: $count barriers nobody misses; kernels/emulation/sanitize/spare names ${known:-0}" >>"$scratch/barriers"; bad=1; }
done < <(sed -nE 's/^spare ([^:]+):.*/\1/p' "$scratch/barriers" | sort | uniq -c | awk '{ print $2, $1 }')
result $bad $((SECONDS - start)) "caught: missing barrier, TSan: $(grep 'when left out' "$scratch/barriers")" "$scratch/barriers"

echo "sanitizers: $passed passed, $failed failed"
[ "$failed" -eq 0 ]

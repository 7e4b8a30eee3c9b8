#!/usr/bin/env bash
# Builds the C library and holds it to its promises; a line for each check, then "N passed, N failed".   check.sh [OUT]
# Needs what build.sh needs, and gcc, g++ and nm. Where GUIDEDMIXUP_LIBRARY is set, `dotnet test` has run the tests in C# with it, and they are not
# run again.
set -uo pipefail
cd "$(dirname "$0")/../.."
out=${1:-interop/C/out}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0
limit=$((5 * 1024 * 1024))
warnings='-std=c11 -O1 -Wall -Wextra -Werror -pedantic'

check() {
    local name=$1 start=$SECONDS
    shift
    if "$@" >"$work/log" 2>&1 </dev/null; then
        passed=$((passed + 1))
        printf 'ok      %-70s %4d s\n' "$name" $((SECONDS - start))
        grep -E '^(ok|    )' "$work/log" | sed 's/^/          /'
    else
        failed=$((failed + 1))
        printf 'FAILED  %-70s %4d s\n' "$name" $((SECONDS - start))
        tail -n 60 "$work/log"
    fi
}

runs_here() { # a level that this processor lacks is built and not run
    printf '#include <stdlib.h>\nint main(void) { return __builtin_cpu_supports("%s") ? 0 : 1; }\n' "$1" | gcc -x c - -o "$work/cpu" && "$work/cpu"
}

compiled() { # source, program, level, further flags
    local source=$1 program=$2 level=$3
    shift 3
    # shellcheck disable=SC2086
    gcc $warnings -I"$out" -Itests/C "$@" "$source" "$out/$level/libguidedmixup.so" -Wl,-rpath,"$out/$level" -pthread -lm -ldl -o "$program"
}

sizes() {
    local file
    for file in "$out"/x86-64-v[34]/libguidedmixup.so; do
        printf '     %s: %d bytes\n' "${file#"$out"/}" "$(stat -c %s "$file")"
        [ "$(stat -c %s "$file")" -le $limit ] || { echo "above $limit"; return 1; }
    done
}

exports() { # the library has the functions the header declares, and no others
    grep -oE '\bguidedmixup_[a-z_0-9]+\(' "$out/guidedmixup.h" | tr -d '(' | sort -u | grep -v '_size_\*' >"$work/declared"
    local file
    for file in "$out"/x86-64-v[34]/libguidedmixup.so; do
        nm -D --defined-only "$file" | awk '$2 == "T" { sub(/@.*/, "", $3); print $3 }' | sort >"$work/exported"
        diff "$work/declared" "$work/exported" || return 1
    done
    printf '     %d functions\n' "$(wc -l <"$work/declared")"
}

header() {
    compiled tests/C/layout.c "$work/layout" x86-64-v3 -Wpadded && "$work/layout" || return 1
    g++ -std=c++11 -x c++ -Wall -Wextra -Werror -pedantic -I"$out" tests/C/layout.c -x none "$out/x86-64-v3/libguidedmixup.so" -Wl,-rpath,"$out/x86-64-v3" -o "$work/layout++" && "$work/layout++"
}

example() { compiled interop/C/example/mix.c "$work/mix" "$1" && "$work/mix"; }

snippet() { # file
    sh interop/C/snippet.sh "$1" "$work/snippet.c" && compiled "$work/snippet.c" "$work/snippet" x86-64-v3 && "$work/snippet"
}

program() { # name, level, flags
    local name=$1 level=$2
    shift 2
    compiled "tests/C/$name.c" "$work/$name" "$level" "$@" && GUIDEDMIXUP_CUDA_DRIVER=/nowhere timeout 600 "$work/$name"
}

forks() { # level
    # shellcheck disable=SC2086
    gcc $warnings -fPIC -shared tests/C/forking_driver.c -o "$work/forking_driver.so" && compiled tests/C/fork.c "$work/fork" "$1" &&
        timeout 900 "$work/fork" "$work/forking_driver.so"
}

load() { # level: not linked to the library, which it opens itself
    # shellcheck disable=SC2086
    gcc $warnings -I"$out" tests/C/load.c -pthread -ldl -o "$work/load" || return 1
    "$work/load" "$out/$1/libguidedmixup.so" | tee "$work/digest-$1"
}

hwcaps() { # the dynamic linker picks the widest build this processor runs
    local bits=256
    [ "${levels[-1]}" = x86-64-v4 ] && bits=512
    mkdir -p "$work/lib/glibc-hwcaps" && cp -r "$out"/x86-64-v[34] "$work/lib/glibc-hwcaps/" || return 1
    # shellcheck disable=SC2086
    gcc $warnings -I"$out" interop/C/example/mix.c -L"$out/x86-64-v3" -lguidedmixup -Wl,-rpath,"$work/lib" -lm -o "$work/hwcaps" || return 1
    "$work/hwcaps" | tee "$work/picked" && grep -q ", $bits-bit vectors" "$work/picked"
}

same_bits() {
    grep '^digest' "$work/digest-x86-64-v3" >"$work/v3" && grep '^digest' "$work/digest-x86-64-v4" >"$work/v4" && test -s "$work/v3" && diff "$work/v3" "$work/v4"
}

sanitized() { # the C side of every call: what the tests pass is theirs to pass. The collector's heap is no leak.
    local flags='-g -fsanitize=address,undefined -fno-sanitize-recover=undefined'
    export ASAN_OPTIONS=detect_leaks=0
    # shellcheck disable=SC2086
    compiled interop/C/example/mix.c "$work/mix-asan" x86-64-v3 $flags && "$work/mix-asan" && program absent x86-64-v3 $flags
}

managed() { # every function against the managed calls, bad arguments, handles, sizes, CUDA tensors on the emulated driver
    dotnet build -c Release tests -nologo -v quiet || return 1
    GUIDEDMIXUP_LIBRARY="$out" timeout 1500 tests/bin/Release/net10.0/GuidedMixup.Tests --filter 'FullyQualifiedName~GuidedMixup.Tests.C.' >"$work/tests" 2>&1
    local code=$? good bad skip
    tail -n 200 "$work/tests"
    good=$(sed -nE 's/^ *succeeded: ([0-9]+).*/\1/p' "$work/tests" | tail -n 1)
    bad=$(sed -nE 's/^ *failed: ([0-9]+).*/\1/p' "$work/tests" | tail -n 1)
    skip=$(sed -nE 's/^ *skipped: ([0-9]+).*/\1/p' "$work/tests" | tail -n 1)
    passed=$((passed + ${good:-0})) failed=$((failed + ${bad:-0})) skipped=$((skipped + ${skip:-0}))
    printf '     %d succeeded, %d failed, %d skipped\n' "${good:-0}" "${bad:-0}" "${skip:-0}"
    [ "$code" -eq 0 ] && [ "${good:-0}" -gt 0 ]
}

levels=()
for level in x86-64-v3 x86-64-v4; do
    if runs_here "$level"; then levels+=("$level"); else echo "SKIPPED running $level: this processor lacks it"; skipped=$((skipped + 1)); fi
done

check 'C library: builds for x86-64-v3 and -v4' interop/C/build.sh "$out"
check "C library: at most $limit bytes each" sizes
check 'C library: exports what the header declares, and nothing else' exports
check 'guidedmixup.h: C11 and C++11 without a warning, no padding, offsets' header
for level in "${levels[@]}"; do
    check "$level: the example" example "$level"
    check "$level: loads in 50 ms, passing threads, dlclose" load "$level"
    check "$level: without CUDA" program absent "$level"
done
check "${levels[-1]}: forks" forks "${levels[-1]}"
check "${levels[-1]}: signals" program signals "${levels[-1]}"
check 'glibc-hwcaps: the dynamic linker picks the build' hwcaps
[ ${#levels[@]} -lt 2 ] || check 'x86-64-v3 and -v4 give the same bits' same_bits
check 'no call allocates, ten thousand leave nothing behind' program memory x86-64-v3
check 'the C programs under AddressSanitizer and UBSan' sanitized
for file in README.md interop/C/README.md; do
    if grep -q '^```c$' "$file"; then check "$file: its C snippet" snippet "$file"; fi
done
[ -n "${GUIDEDMIXUP_LIBRARY:-}" ] || check 'every function against the managed calls' managed

if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ]

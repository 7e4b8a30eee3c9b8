#!/bin/sh
# Makes a program of the C snippet in a Markdown file, so that what the text shows is what runs.   snippet.sh FILE.md OUT.c
# Ends 3 where the file has no C snippet.
set -eu
[ $# -eq 2 ] || { echo "usage: snippet.sh FILE.md OUT.c" >&2; exit 2; }
snippet=$(awk '/^```c$/ { inside = 1; next } /^```/ { if (inside) exit } inside' "$1")
[ -n "$snippet" ] || { echo "$1 has no C snippet" >&2; exit 3; }
{
    echo '#include <stdint.h>'
    echo '#include <stdio.h>'
    printf '%s\n' "$snippet" | grep '^#include'
    echo 'static float images[64 * 3 * 224 * 224], mixed[64 * 3 * 224 * 224], soft[64 * 100];'
    echo 'static int64_t labels[64];'
    echo 'int main(void)'
    echo '{'
    printf '%s\n' "$snippet" | grep -v '^#include' | sed 's/^\(.\)/    \1/'
    echo '    /* All labels are class 0, so every soft label is 1 there. */'
    echo '    for (int i = 0; i < 64; i++) if (soft[100 * i] != 1) return 1;'
    echo '    return guidedmixup_last_error()[0] != 0;'
    echo '}'
} > "$2"

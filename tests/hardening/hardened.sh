#!/bin/sh
# hardened.sh READELF FILE: is FILE, a program or a shared library, hardened? Says what is missing, and fails then.
set -u
readelf=$1 file=$2 missing=0

lacks() {
    printf '%s: %s\n' "$file" "$1"
    missing=1
}
header=$("$readelf" -Wh "$file") || exit 1
segments=$("$readelf" -Wl "$file")
dynamic=$("$readelf" -Wd "$file")
symbols=$("$readelf" -W --dyn-syms "$file")
has() { printf '%s\n' "$1" | grep -Eq "$2"; }

has "$header" 'Type: *DYN' || lacks 'is loaded at a fixed address (position-independent code)'
has "$segments" 'GNU_RELRO' || lacks 'has no read-only relocations (RELRO)'
has "$dynamic" '(BIND_NOW|FLAGS.*NOW)' || lacks 'is bound lazily, so its table of functions stays writable'
has "$segments" 'GNU_STACK.* RW ' || lacks 'has an executable stack'
has "$segments" 'LOAD.* RWE ' && lacks 'has memory that is writable and executable'
has "$symbols" ' __stack_chk_fail' || lacks 'has no stack protector'
has "$symbols" ' __(memcpy|memset|snprintf|vsnprintf|read|fread)_chk' || lacks "has none of libc's checked functions (_FORTIFY_SOURCE)"
has "$dynamic" '(RPATH|RUNPATH)' && lacks 'looks for libraries in a folder of its own (RPATH)'
exit $missing

#!/bin/bash
# Builds the packages twice, in two folders and without a compiler's cache, and compares the bytes: reproducible.sh [FOLDER]
# (default: a temporary one, removed at the end). Takes two whole builds of the last commit.
set -eu
cd "$(dirname "$(readlink -f "$0")")/../.."
work=${1:-$(mktemp -d)}
[ -n "${1:-}" ] || trap 'rm -rf "$work"' EXIT
commit=$(git rev-parse HEAD) # both times, whatever is committed meanwhile
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct "$commit")
export SOURCE_DATE_EPOCH CCACHE_DISABLE=1
for folder in "$work/one" "$work/another/place"; do
    mkdir -p "$folder"
    git archive "$commit" | tar -x -C "$folder"
    (cd "$folder" && cmake --preset package && cmake --build --preset package && cd build/package && cpack) >"$work/log" 2>&1 ||
        { tail -n 40 "$work/log" >&2; exit 1; }
done
cd "$work/one/build/package"
for package in *.deb; do
    cmp "$package" "$work/another/place/build/package/$package" || exit 1
done
sha256sum -- *.deb
echo "two builds, the same bytes"

#!/bin/bash
# run.sh BUILD [PATTERN]: the unit tests of BUILD under valgrind's memcheck, as many at once as there are cores; PATTERN picks
# some by their path ("libgraph/io"). A program that valgrind complains about fails, and its log is shown.
#
# valgrind knows no AVX-512, which the fast engine then does without. Tests of commands are left out: what they start would take
# an hour more. Each command runs once instead (commands.py; "cli" picks them alone). FINNC_UNDER_VALGRIND tells a test that is
# about time to leave it.
set -u
build=$1 pattern=${2:-}
here=$(dirname "$(readlink -f "$0")")
logs=$build/valgrind
mkdir -p "$logs"

one() {
    local program=$1 name=${1##*/}
    rm -f "$logs/$name".*
    # Criterion makes a process per test: it is those that are watched.
    if timeout 1500 valgrind --quiet --trace-children=yes --trace-children-skip='*/finnc,*/cc,*/gcc,/bin/*,/usr/bin/*' \
        --child-silent-after-fork=no --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
        --suppressions="$here/finnc.supp" --log-file="$logs/$name.%p.log" "$program" -j1 --quiet --timeout 600 >"$logs/$name.out" 2>&1 &&
        [ -z "$(find "$logs" -name "$name.*.log" -size +0)" ]; then
        find "$logs" -name "$name.*" -delete
    else
        printf '%s\n' "$name"
        find "$logs" -name "$name.*.log" -size +0 -exec head -n 30 {} +
        tail -n 5 "$logs/$name.out"
        return 1
    fi
}
export -f one
export here logs OMP_NUM_THREADS=2 FINNC_UNDER_VALGRIND=1
status=0
if [ "$pattern" != cli ]; then
    programs=$(find "$build/tests" -maxdepth 1 -name "test-${pattern//\//-}*" ! -name 'test-cli-*' -executable | sort)
    [ -n "$programs" ] || { printf 'there is no test of %s\n' "${pattern:-anything}" >&2; exit 2; }
    xargs -P "${VALGRIND_JOBS:-$(nproc)}" -I{} bash -c 'one {}' <<<"$programs" || status=1
fi
if [ -z "$pattern" ] || [ "$pattern" = cli ]; then
    "$here/commands.py" "$build/finnc" || status=1
fi
exit $status

#!/bin/bash
# two_builds.sh FINNC FINNC: two builds of the program, with other optimisations, give the same files, byte by byte.
set -eu
one=$(readlink -f "$1") two=$(readlink -f "$2")
cd "$(dirname "$(readlink -f "$0")")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export NO_COLOR=1

cnv=examples/cnv-w1a1/cnv-w1a1.onnx tfc=examples/tfc-hardware/tfc.onnxtxt
# Files are named OUT, and have to be the same; so does what is printed.
commands=(
    "dump $cnv -o OUT.txt"
    "dump $cnv --format json --weights -o OUT.json"
    "dump $tfc --format onnx --weights -o OUT.onnxtxt"
    "dot $cnv -o OUT.dot -T dot"
    "cost $cnv --json -o OUT.json"
    "transform $cnv -o OUT.onnx --pipeline recipes/cnv.yaml"
    "transform $cnv -o OUT.onnx --passes tidy,Streamline,LowerConvsToMatMul,Streamline"
    "transform $tfc -o OUT.onnx --passes tidy,ConvertQONNXtoFINN,InferDataTypes"
    "run $cnv examples/cnv-w1a1/images --outputs OUT.npz --engine reference -q"
    "run $cnv examples/cnv-w1a1/images --outputs OUT.npz --engine fast --threads 2 -q"
)
failed=0
for i in "${!commands[@]}"; do
    for build in one two; do
        mkdir -p "$work/$build"
        # shellcheck disable=SC2086 # a line is words
        "${!build}" ${commands[i]/OUT/$work/$build/$i} >"$work/$build/$i.stdout" 2>&1 ||
            { printf 'failed: finnc %s\n' "${commands[i]}"; cat "$work/$build/$i.stdout"; failed=1; }
        sed -i "s|$work/$build||g" "$work/$build/$i.stdout"
    done
done
diff -r "$work/one" "$work/two" || failed=1
[ $failed != 0 ] || printf '%s commands give the same files in both builds\n' "${#commands[@]}"
exit $failed

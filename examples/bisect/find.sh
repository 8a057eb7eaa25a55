#!/bin/sh
# Which rewrite broke it? FINNC=../../build/release/finnc ./find.sh [FOLDER]: what is made goes to FOLDER (here).
set -eu
out=$(cd "${1:-.}" && pwd)
cd "$(dirname "$0")"
finnc=${FINNC:-finnc}
passes='tidy, Streamline'

echo "==> every step is proved on random inputs of the annotated types"
"$finnc" transform detector.onnxtxt -o "$out/streamlined.onnx" --passes "$passes" --verify-each

echo "==> and yet it answers differently on what was recorded"
if "$finnc" compare detector.onnxtxt "$out/streamlined.onnx" --inputs recorded.npz; then exit 1; fi

echo "==> by which of the rewrites?"
if "$finnc" bisect detector.onnxtxt --passes "$passes" --inputs recorded.npz; then exit 1; fi

echo "==> the annotation put right"
sed 's/{UINT4}/{UINT8}/' detector.onnxtxt >"$out/mended.onnxtxt"
"$finnc" bisect "$out/mended.onnxtxt" --passes "$passes" --inputs recorded.npz

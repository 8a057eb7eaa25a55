#!/bin/bash
# The wheel needs nothing of the system but what manylinux promises, which every base system has: glibc, the compiler's
# runtime, zlib. wheel_root.sh PYTHON WHEEL makes a root with that, a Python, numpy and the wheel, and classifies pictures in
# it. PYTHON is of an environment with pip. Needs root, for chroot.
set -eu
python=$1 wheel=$(readlink -f "$2")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$(dirname "$(readlink -f "$0")")/../.."

# put FILE...: with its place, and what the loader finds for it.
put() {
    local file
    for file; do
        cp --parents -L "$file" "$root"
        ldd "$file" 2>/dev/null | grep -oE '/[^ ]+' | while read -r needed; do
            [ -e "$root$needed" ] || cp --parents -L "$needed" "$root"
        done
    done
}

prefix=$("$python" -c 'import sys; print(sys.base_prefix)')
binary=$(readlink -f "$("$python" -c 'import sys; print(sys.executable)')")
stdlib=$("$python" -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
put "$binary"
for library in libm.so.6 libpthread.so.0 libdl.so.2 librt.so.1 libutil.so.1 libgcc_s.so.1 libstdc++.so.6 libz.so.1; do
    put "$(ldconfig -p | awk -v name=$library '$1 == name { print $NF; exit }')"
done
mkdir -p "$root$stdlib" "$root/packages" "$root/tmp"
(cd "$stdlib" && tar -c --exclude=test --exclude=site-packages --exclude=config-3\* --exclude=__pycache__ .) | tar -x -C "$root$stdlib"
for module in _ctypes _struct math zlib select _posixsubprocess _random _datetime _bisect _hashlib _sha2 _sha512 _blake2 _json array fcntl _pickle _socket unicodedata binascii _uuid; do
    for file in "$stdlib/lib-dynload/$module".*.so; do [ ! -e "$file" ] || put "$file"; done
done
"$python" -m pip install --quiet --disable-pip-version-check --target "$root/packages" numpy "$wheel"
cp -rL examples/cnv-w1a1 "$root/cnv"

chroot "$root" "$binary" - <<'TEXT'
import os, sys
sys.path.insert(0, "/packages")
import finnc
import numpy as np
names = open("/cnv/labels.txt").read().split()
session = finnc.Session("/cnv/cnv-w1a1.onnx")
right = 0
for picture in sorted(os.listdir("/cnv/images")):
    answer = session.run(finnc.read_image("/cnv/images/" + picture).astype(np.float32))["global_out"].item()
    right += names[answer] in picture
print(f"finnc {finnc.__version__} in a bare root: {right} of {len(os.listdir('/cnv/images'))} pictures")
sys.exit(right < 5)
TEXT

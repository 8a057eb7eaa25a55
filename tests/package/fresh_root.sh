#!/bin/bash
# Installs the packages with apt in a Debian that has nothing else, and uses them as their users do: fresh_root.sh FOLDER [ROOT]
# FOLDER has the .deb files; ROOT is where debootstrap makes the Debian (default: a temporary folder, removed at the end).
# Needs root, debootstrap and a Debian mirror (MIRROR, or debootstrap's own choice).
set -eu
packages=$(cd "$1" && pwd)
root=${2:-$(mktemp -d)}
[ -n "${2:-}" ] || trap 'rm -rf "$root"' EXIT
here=/opt/finnc # within

step() { printf '%s\n' "--- $*"; }
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} "$@"; }
install() { inside apt-get install -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 "$@" >"$root/tmp/apt.log" 2>&1 || { cat "$root/tmp/apt.log"; exit 1; }; }
deb() { (cd "$root$here" && echo "$here"/"$(echo "$1"_*.deb)"); }
# expect WORDS COMMAND...: the output has them
expect() {
    local words=$1 out
    shift
    out=$(inside "$@" 2>&1) || true
    case $out in *"$words"*) ;; *) printf '%s\n%s\n' "'$words' is not in what '$*' says:" "${out:0:2000}" >&2; exit 1 ;; esac
}

chmod 755 "$root" # apt downloads as a user of its own
if [ ! -x "$root/usr/bin/apt-get" ]; then
    step "debootstrap"
    # shellcheck disable=SC2086 # no mirror, no word
    debootstrap --variant=minbase bookworm "$root" ${MIRROR:-} >/dev/null
fi
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
mkdir -p "$root$here"
cp "$packages"/*.deb "$root$here/"
inside apt-get update -qq

step "finnc alone"
install "$(deb finnc)"
expect "cat" finnc run /usr/share/doc/finnc/examples/cnv-w1a1/cnv-w1a1.onnx /usr/share/doc/finnc/examples/cnv-w1a1/images/3-cat.png \
    --labels /usr/share/doc/finnc/examples/cnv-w1a1/labels.txt --top-k 1
expect "digraph" finnc dot /usr/share/doc/finnc/examples/cnv-w1a1/cnv-w1a1.onnx
expect "apt-get install libgvc6" finnc dot /usr/share/doc/finnc/examples/cnv-w1a1/cnv-w1a1.onnx -T svg
inside test -f /usr/share/man/man1/finnc-run.1.gz || inside test -d /etc/dpkg/dpkg.cfg.d
inside test -f /usr/share/finnc/recipes/cnv.yaml

step "with what it recommends"
install libgvc6
expect "<svg" finnc dot /usr/share/doc/finnc/examples/cnv-w1a1/cnv-w1a1.onnx -T svg

step "programs against the library, with pkg-config and with CMake"
install "$(deb libfinnc0)" "$(deb libfinnc-dev)" gcc libc6-dev make cmake pkg-config
inside cp -r /usr/share/doc/finnc/examples/embed $here/
inside make -s -C $here/embed
inside sh -c "cd $here/embed && cmake -B build >/dev/null && cmake --build build >/dev/null"
for folder in . build; do
    expect "truck" sh -c "cd $here/embed && $folder/classify /usr/share/doc/finnc/examples/cnv-w1a1/cnv-w1a1.onnx \
        /usr/share/doc/finnc/examples/cnv-w1a1/labels.txt /usr/share/doc/finnc/examples/cnv-w1a1/images/9-truck.png"
    expect "computes what it did before" sh -c "cd $here/embed && $folder/own swish.onnx out.onnx"
done
expect "libfinnc.so.0" sh -c "ldd $here/embed/own"

step "Python"
install "$(deb python3-finnc)"
inside test -f /usr/share/doc/python3-finnc/copyright
expect "9-truck.png 9" python3 -c "
import finnc, numpy as np
cnv = '/usr/share/doc/finnc/examples/cnv-w1a1/'
small = finnc.transform(cnv + 'cnv-w1a1.onnx', 'cnv', verify_each=True)
pixels = finnc.read_image(cnv + 'images/9-truck.png').astype(np.float32)
print('9-truck.png', finnc.run(small, [pixels])['global_out'].item())"
inside find /usr/lib/python3 -path '*finnc*' -name __pycache__ -exec rm -rf {} +

step "and away again"
inside apt-get purge -qq -y finnc python3-finnc libfinnc0 libfinnc-dev >/dev/null 2>&1
[ -z "$(inside find /usr -name '*finnc*')" ] || { inside find /usr -name '*finnc*'; exit 1; }
echo "the packages install, work and go away in a fresh Debian"

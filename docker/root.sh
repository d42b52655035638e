#!/usr/bin/env bash
# Lays out the image's root: the application, and of the C library only the files that its programs and libraries need.
#
#   root.sh APPLICATION ROOT EPOCH
set -euo pipefail
source "$(dirname "$0")/../bin/help.sh"
application=$1 target=$2 epoch=$3
command -v readelf >/dev/null || { echo 'The image needs readelf, of the Debian package binutils.' >&2; exit 1; }

rm -rf "$target"
mkdir -p "$target"/{usr/bin,usr/lib,etc,run,tmp,usr/share/doc}
cp -a "$application" "$target/usr/lib/kata-monitor"
mv "$target/usr/lib/kata-monitor/doc" "$target/usr/share/doc/kata-monitor"
ln -s ../lib/kata-monitor/bin/kata-monitor "$target/usr/bin/kata-monitor"
printf 'root:x:0:0:root:/:/nonexistent\nnobody:x:65534:65534:nobody:/:/nonexistent\n' >"$target/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$target/etc/group"

# Dependencies of an ELF file: its interpreter and its libraries.
needs() {
  readelf -ld "$1" 2>/dev/null | sed -n \
    -e 's/.*Requesting program interpreter: \(.*\)\]/\1/p' -e 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

multiarch=$(uname -m)-linux-gnu
add() {
  local need name file
  for need in $(needs "$1"); do
    name=${need##*/}
    # Part of the application, or already copied for another file.
    [ -z "$(find "$target" -name "$name" -print -quit)" ] || continue
    case $need in
      /*) file=$need ;;
      *) file=$(find "/lib/$multiarch" "/usr/lib/$multiarch" -maxdepth 1 -name "$name" -print -quit 2>/dev/null) ;;
    esac
    [ -n "$file" ] || { echo "$1 needs $need, which is not here." >&2; exit 1; }
    case $need in
      /*) place=$target$need ;;
      *) place=$target/lib/$multiarch/$name ;;
    esac
    mkdir -p "$(dirname "$place")"
    cp -L "$file" "$place"
    add "$place"
  done
}
# The program first: it names the interpreter by its path.
add "$target/usr/lib/kata-monitor/bin/kata-monitor"
while read -r library; do
  add "$library"
done < <(find "$target/usr/lib/kata-monitor" -type f -name '*.so' | sort)

mkdir -p "$target/usr/share/doc/libc6"
cp -L /usr/share/doc/libc6/copyright "$target/usr/share/doc/libc6/copyright"

chmod 1777 "$target/tmp"
find "$target" -exec touch -h -d "@$epoch" {} +

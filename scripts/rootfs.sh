#!/bin/sh
# rootfs.sh NODE DIST OUT: creates the image's two layers, for the Dockerfile and for scripts/package.ts.
#   OUT/base  Node and the libraries that it links, a user, name resolution; changes only with Node
#   OUT/app   the bundles and their licences
set -eu
node=$1 dist=$2 out=$3
rm -rf "$out"
mkdir -p "$out/base/usr/local/bin" "$out/base/etc" "$out/base/tmp" "$out/app/app"
chmod 1777 "$out/base/tmp"

cp -L "$node" "$out/base/usr/local/bin/node"
ldd "$node" | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "$out/base$(dirname "$library")"
  cp -L "$library" "$out/base$library"
done
echo 'nonroot:x:65532:65532:nonroot:/nonexistent:/sbin/nologin' >"$out/base/etc/passwd"
echo 'nonroot:x:65532:' >"$out/base/etc/group"
echo 'hosts: files dns' >"$out/base/etc/nsswitch.conf"

cp "$dist"/*.js "$dist/LICENSES.txt" "$out/app/app/"
# without it, Node would parse each bundle twice to detect that it is an ES module
echo '{"type":"module"}' >"$out/app/app/package.json"
chmod -R u+w,a+rX "$out"

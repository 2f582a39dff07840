#!/bin/sh
# licenses.sh: writes name, version and licence of every Go module whose code is in the binary.
set -eu
CGO_ENABLED=0 go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' . |
  LC_ALL=C sort -u | while read -r path version directory; do
    printf '%s %s\n\n' "$path" "$version"
    # a module below another's has the licence of that one
    while ! ls "$directory"/LICEN[CS]E* >/dev/null 2>&1 && [ "$directory" != / ]; do directory=$(dirname "$directory"); done
    cat "$directory"/LICEN[CS]E*
    printf '\n--------------------------------------------------------------------------------\n\n'
  done

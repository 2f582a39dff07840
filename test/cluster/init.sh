#!/bin/bash
# The first process in the namespaces of the node: makes them a machine of its own, then reaps orphans for ever.
# Whatever is mounted or set here ends with the namespaces; the machine outside keeps nothing of it.
#   init.sh STATE NODE_ADDRESS HOST_ADDRESS GATEWAY
set -euo pipefail
state=$1 address=$2 host=$3 gateway=$4

mount -t tmpfs tmpfs /run
mkdir -p /run/netns /run/lock
mount -t tmpfs tmpfs /var/log
mkdir -p /var/lib/cni
mount -t tmpfs tmpfs /var/lib/cni

# The kubelet sets these for the whole kernel unless they already read as it wants them.
while read -r key value; do
  file=$state/sysctl/$key
  mkdir -p "$(dirname "$file")"
  echo "$value" >"$file"
  mount --bind "$file" "/proc/sys/$key"
done <<'LIST'
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
LIST

ip link set lo up
until ip link set eth0 up 2>/dev/null; do sleep 0.02; done
ip address add "$address/30" dev eth0
ip route add default via "$host"
ip link add cni0 type bridge
ip address add "$gateway/24" dev cni0
ip link set cni0 up
echo 1 >/proc/sys/net/ipv4/ip_forward

touch "$state/ready"
while :; do sleep 86400 & wait $!; done

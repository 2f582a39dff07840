package main

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"syscall"
)

// errAddress is why a connection is not even tried.
var errAddress = errors.New("an address that the platform does not let tenants reach")

// addressScopes are what may stand behind a host: public addresses, those of an inside too, or any. What they are is
// said in src/contract/addresses.ts, for the gate and the probe.
var addressScopes = []string{"public", "inside", "any"}

func prefixes(texts ...string) []netip.Prefix {
	made := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		made[i] = netip.MustParsePrefix(text)
	}
	return made
}

var (
	// https://www.iana.org/assignments/iana-ipv4-special-registry/ and Azure's own 168.63.129.16
	nodes   = prefixes("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "168.63.129.16/32")
	insides = prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "192.0.0.0/24", "100.64.0.0/10", "198.18.0.0/15")
	// https://www.iana.org/assignments/iana-ipv6-special-registry/
	insides6 = prefixes("fc00::/7", "fec0::/10")
	global6  = netip.MustParsePrefix("2000::/3")
	nat64    = netip.MustParsePrefix("64:ff9b::/32")
	tunnel   = netip.MustParsePrefix("2002::/16")
)

// mayConnect says whether a connection of that scope may go to an address.
func mayConnect(address netip.Addr, scope string) bool {
	switch kind := addressKind(address); scope {
	case "any":
		return true
	case "inside":
		return kind != "node"
	default:
		return kind == "public"
	}
}

func addressKind(address netip.Addr) string {
	address = address.Unmap().WithZone("")
	if address.Is6() {
		bytes := address.As16()
		switch {
		case nat64.Contains(address):
			address = netip.AddrFrom4([4]byte(bytes[12:16]))
		case tunnel.Contains(address):
			address = netip.AddrFrom4([4]byte(bytes[2:6]))
		}
	}
	within := func(some []netip.Prefix) bool {
		return slices.ContainsFunc(some, func(p netip.Prefix) bool { return p.Contains(address) })
	}
	switch {
	case within(nodes):
		return "node"
	case within(insides), within(insides6):
		return "inside"
	case address.Is6() && !global6.Contains(address):
		return "node"
	default:
		return "public"
	}
}

// control is asked of every address that a name came to, at the moment that it is connected to.
func control(scope string) func(context.Context, string, string, syscall.RawConn) error {
	return func(_ context.Context, _, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !mayConnect(at.Addr(), scope) {
			return errAddress
		}
		return nil
	}
}

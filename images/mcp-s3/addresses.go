package main

import (
	"context"
	"encoding/binary"
	"errors"
	"net/netip"
	"os"
	"slices"
	"syscall"
)

// errAddress is why the server does not connect to an address.
var errAddress = errors.New("an address that the platform does not allow")

// addressScopes are the addresses that a host may resolve to: public addresses, also those of private networks, or any.
var addressScopes = []string{"public", "inside", "any"}

// addressKinds are sorted from the most to the least accessible.
var addressKinds = []string{"public", "inside", "node"}

// addressRange is a line of the table in src/contract/address-ranges.ts.
type addressRange struct {
	block netip.Prefix
	kind  string
	// fixed ranges cannot be configured as inside.
	fixed bool
	// embeds is the number of bits before an embedded IPv4 address, or -1.
	embeds int
}

// platformRanges are the ranges that the platform configures. They override the table.
type platformRanges struct {
	Inside []netip.Prefix `json:"inside"`
	Node   []netip.Prefix `json:"node"`
	Never  []netip.Prefix `json:"never"`
}

// withOwnAPIServer adds the Service of the API server. Kubernetes sets its address in every container.
func withOwnAPIServer(ranges platformRanges) platformRanges {
	if at, err := netip.ParseAddr(os.Getenv("KUBERNETES_SERVICE_HOST")); err == nil {
		ranges.Node = append(slices.Clone(ranges.Node), netip.PrefixFrom(at.Unmap(), at.Unmap().BitLen()))
	}
	return ranges
}

func prefixes(texts ...string) []netip.Prefix {
	made := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		made[i] = netip.MustParsePrefix(text)
	}
	return made
}

func inAny(blocks []netip.Prefix, address netip.Addr) bool {
	return slices.ContainsFunc(blocks, func(block netip.Prefix) bool { return block.Contains(address) })
}

// mayConnect reports whether a connection with this scope may use an address.
func mayConnect(address netip.Addr, scope string, ranges platformRanges) bool {
	if inAny(ranges.Never, address.WithZone("").Unmap()) {
		return false
	}
	switch kind := addressKind(address, ranges); scope {
	case "any":
		return true
	case "inside":
		return kind != "node"
	default:
		return kind == "public"
	}
}

// addressKind returns the same as addressKind in src/contract/addresses.ts. A zone belongs to the links of this host.
func addressKind(address netip.Addr, ranges platformRanges) string {
	if !address.IsValid() || address.Zone() != "" {
		return "node"
	}
	address = address.Unmap()
	if inAny(ranges.Node, address) {
		return "node"
	}
	var holding addressRange
	for _, entry := range addressRanges {
		if entry.block.Contains(address) && (!holding.block.IsValid() || entry.block.Bits() > holding.block.Bits()) {
			holding = entry
		}
	}
	kind := holding.kind
	if !holding.fixed && inAny(ranges.Inside, address) {
		kind = "inside"
	}
	for _, carried := range carriedBy(address, holding.embeds) {
		kind = addressKinds[max(slices.Index(addressKinds, kind), slices.Index(addressKinds, addressKind(carried, ranges)))]
	}
	return kind
}

// carriedBy returns the IPv4 addresses in an IPv6 address: the one that its range embeds, the one after the mark of
// ISATAP (RFC 5214, section 6.1), and the address of cloud metadata at the end of any prefix.
func carriedBy(address netip.Addr, embeds int) []netip.Addr {
	if address.Is4() {
		return nil
	}
	bytes := address.As16()
	last := netip.AddrFrom4([4]byte(bytes[12:]))
	var carried []netip.Addr
	if embeds >= 0 {
		carried = append(carried, netip.AddrFrom4([4]byte(bytes[embeds/8:])))
	}
	if binary.BigEndian.Uint32(bytes[8:])&0xfdffffff == 0x5efe || last == netip.AddrFrom4([4]byte{169, 254, 169, 254}) {
		carried = append(carried, last)
	}
	return carried
}

// control checks every resolved address when the server connects to it.
func control(scope string, ranges platformRanges) func(context.Context, string, string, syscall.RawConn) error {
	return func(_ context.Context, _, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !mayConnect(at.Addr(), scope, ranges) {
			return errAddress
		}
		return nil
	}
}

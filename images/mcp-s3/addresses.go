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

// errAddress is why a connection is not even tried.
var errAddress = errors.New("an address that the platform does not let tenants reach")

// addressScopes are what may stand behind a host: public addresses, those of private networks too, or any.
var addressScopes = []string{"public", "inside", "any"}

// addressKinds are sorted from what everybody may reach to what nobody may.
var addressKinds = []string{"public", "inside", "node"}

// addressRange is a line of the table that src/contract/address-ranges.ts has for every judge.
type addressRange struct {
	block netip.Prefix
	kind  string
	// fixed ranges cannot be declared to be inside.
	fixed bool
	// embeds is the number of bits before an IPv4 address that addresses carry, or -1.
	embeds int
}

// platformRanges are what the platform says of ranges, over the table.
type platformRanges struct {
	Inside []netip.Prefix `json:"inside"`
	Node   []netip.Prefix `json:"node"`
	Never  []netip.Prefix `json:"never"`
}

// withOwnAPIServer adds the API server's Service, whose address Kubernetes tells every container.
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

// mayConnect says whether a connection of that scope may go to an address.
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

// addressKind is that of addressKind in src/contract/addresses.ts. A zone belongs to the links of this host.
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

// carriedBy are the IPv4 addresses in an IPv6 address: of its range, or after the mark of ISATAP (RFC 5214, section
// 6.1); and the address of the clouds' metadata at the end of any prefix.
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

// control is asked of every address that a name came to, at the moment that it is connected to.
func control(scope string, ranges platformRanges) func(context.Context, string, string, syscall.RawConn) error {
	return func(_ context.Context, _, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !mayConnect(at.Addr(), scope, ranges) {
			return errAddress
		}
		return nil
	}
}

import { addressRanges } from '../contract/address-ranges.ts';

/** The table of addresses for the storage server, as gofmt writes it. */
export const goRanges = (): string => {
  const lines = addressRanges.map(
    ({ cidr, kind, fixed = false, embeds = -1 }) =>
      `\t{prefixes("${cidr}")[0], "${kind}", ${fixed}, ${embeds}},\n`,
  );
  return `package main\n\n// addressRanges lists the kinds of addresses. The source explains each of them.\nvar addressRanges = []addressRange{\n${lines.join('')}}\n`;
};

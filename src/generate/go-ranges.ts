import { addressRanges } from '../contract/address-ranges.ts';

/** The table of addresses for the storage server, as gofmt writes it. */
export const goRanges = (): string => {
  const lines = addressRanges.map(
    ({ cidr, kind, fixed = false, embeds = -1 }) =>
      `\t{prefixes("${cidr}")[0], "${kind}", ${fixed}, ${embeds}},\n`,
  );
  return `package main\n\n// addressRanges are the kinds of addresses; see there for what each is.\nvar addressRanges = []addressRange{\n${lines.join('')}}\n`;
};

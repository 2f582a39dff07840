import type { PlatformRanges } from '../contract/addresses.ts';
import { type DestinationsFile, destinationsFile } from '../contract/destinations.ts';
import { type GateFile, gateFile } from '../contract/gate.ts';
import { canonicalJson } from '../contract/hash.ts';
import type { AnyServerType, Source } from '../servers/server-type.ts';

/** The files of a server by name, from its sources in the order of their names, without certificate authorities. */
export const filesOf = (
  type: AnyServerType,
  sources: readonly Source[],
  ranges: PlatformRanges,
): Record<string, string> => {
  const routes: GateFile['routes'] = Object.assign({}, ...sources.map((source) => source.routes));
  const gate: GateFile = { routes, ...(Object.keys(ranges).length > 0 && { ranges }) };
  const destinations: DestinationsFile = { targets: sources.flatMap(({ target }) => target ?? []), ranges };
  return {
    [type.configFile]: type.config(
      sources.map(({ texts }) => texts),
      ranges,
    ),
    ...type.files,
    ...(type.gate && { [gateFile]: canonicalJson(gate) }),
    ...(type.judges && { [destinationsFile]: canonicalJson(destinations) }),
  };
};

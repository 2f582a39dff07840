import { gatePort } from '../../contract/gate.ts';
import { portsBeside } from '../../contract/sidecar.ts';
import { cel, port } from '../../schema/fields.ts';

/** Ports of an Instance that its own sidecars would stand in the way of: next to the gate's. */
const taken = { from: gatePort - portsBeside, to: gatePort };

const rule = {
  rule: `self < ${taken.from} || self > ${taken.to}`,
  message: `${taken.from} to ${taken.to} are taken by what stands beside the server`,
};

/** The port of an Instance whose server is MCP Toolbox. */
export const toolboxPort = port('Port of the server and of its Service.', 1024)
  .refine((value) => value < taken.from || value > taken.to, rule.message)
  .meta(cel(rule))
  .default(8080);

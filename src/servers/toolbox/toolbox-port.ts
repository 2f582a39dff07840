import { gatePort } from '../../contract/gate.ts';
import { portsBeside } from '../../contract/sidecar.ts';
import { cel, port } from '../../schema/fields.ts';

/** Ports that the sidecars of a pod use: the port of the gate, and those before it. */
const taken = { from: gatePort - portsBeside, to: gatePort };

const rule = {
  rule: `self < ${taken.from} || self > ${taken.to}`,
  message: `must not be ${taken.from} to ${taken.to}, which the sidecars of the pod use`,
};

/** The port of an Instance whose server is MCP Toolbox. */
export const toolboxPort = port('Port of the server and of its Service.', 1024)
  .refine((value) => value < taken.from || value > taken.to, rule.message)
  .meta(cel(rule))
  .default(8080);

import type { GateRoute } from '../../src/contract/gate.ts';

/** A route of the gate to nowhere. */
export const route: GateRoute = {
  tls: false,
  host: 'nowhere.invalid',
  port: 1,
  basePath: '',
  headers: {},
  query: {},
  addresses: 'public',
  readOnly: true,
  timeout: 5,
};

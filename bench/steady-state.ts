import { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { settle } from '../src/simulate/reconcile.ts';

import { frameOf, type RawClient } from './rpc.ts';
import { type TenantOf, tenant } from './tenants/tenant.ts';

/** The request of a reconcile that changes nothing. */
export interface SteadyState {
  /** How many Resources, and what: "10 Databases". */
  size: string;
  frame: Buffer;
  requestBytes: number;
  responseBytes: number;
}

/**
 * Runs the function's own loop on a tenant with so many Resources until nothing changes any more, and keeps
 * the request that it came to.
 */
export async function steadyState(client: RawClient, of: TenantOf, count: number): Promise<SteadyState> {
  const run = async (request: RunFunctionRequest): Promise<RunFunctionResponse> =>
    RunFunctionResponse.decode(await client.call(frameOf(RunFunctionRequest.encode(request).finish())));
  const { request, response, calls } = await settle(run, tenant(of, count));
  const fatal = response.results.find(({ severity }) => severity === 1);
  if (fatal !== undefined) throw new Error(`the function answered with a fatal result: ${fatal.message}`);
  if (calls !== 1) throw new Error(`the steady state takes ${calls} calls instead of one`);
  const connected: unknown = response.desired?.composite?.resource?.['status']?.resources;
  const served = Array.isArray(connected) ? connected.length : 0;
  const size = `${count} ${of.resources}`;
  if (served !== count) throw new Error(`the Instance serves ${served} instead of ${size}`);
  const message = RunFunctionRequest.encode(request).finish();
  const frame = frameOf(message);
  return {
    size,
    frame,
    requestBytes: message.length,
    responseBytes: (await client.call(frame)).length,
  };
}

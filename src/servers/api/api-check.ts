import type { Check } from '../../contract/targets.ts';
import type { CheckInput } from '../server-type.ts';
import { encodingOf, headerOf, purpose, queryOf } from './api-credentials.ts';
import type { ApiPolicy } from './api-instance.ts';
import type { ApiEndpointSpec } from './api-resource.ts';
import { baseOf } from './base-url.ts';

/**
 * How the probe checks an APIEndpoint: a GET of its health path with the credentials. It does not check whether the
 * credentials can write, because that would require writing.
 */
export const endpointCheck = ({
  spec,
  place,
  ca,
  secretKey,
}: CheckInput<ApiEndpointSpec, ApiPolicy>): Check => {
  const base = baseOf(spec.baseUrl);
  const ref = spec.credentialsRef;
  const header = ref && headerOf(ref);
  const query = ref && queryOf(ref);
  const path = `${base.path}${spec.healthPath ?? ''}`;
  return {
    driver: 'http',
    host: place.host,
    port: base.port,
    tls: base.tls ? 'verify-full' : 'disable',
    ...(ca !== undefined && { ca }),
    secrets: ref ? { [purpose]: { key: secretKey(purpose), encoding: encodingOf(ref) } } : {},
    params: {
      path: path === '' ? '/' : path,
      ...(spec.healthPath === undefined && { answers: 'any' }),
      ...(header !== undefined && { header }),
      ...(query !== undefined && { query }),
    },
    readOnly: false,
    timeouts: { connect: Math.min(spec.timeout, 10), query: spec.timeout },
  };
};

import type { JsonObject, RenderedObject } from '../contract/kube.ts';
import { conditionOf } from '../contract/observed.ts';
import { type Problem, unknown } from '../contract/reasons.ts';
import type { ReportedStatus } from '../contract/reported-status.ts';
import type { Condition } from './conditions.ts';
import { keys } from './input.ts';
import { mayCompose } from './may-compose.ts';
import { type ExternalSecretInput, externalSecret } from './objects/external-secret.ts';
import { mark } from './rendered.ts';

/** The objects of a Resource: an ExternalSecret, where it asks for one and the platform allows it. */
export const composeResource = (input: ExternalSecretInput | undefined): Record<string, RenderedObject> => {
  if (!input) return {};
  const observed = input.observed ? { [keys.externalSecret]: input.observed } : {};
  if (!mayCompose({ observed }, input.settings.compose.externalSecrets, keys.externalSecret)) return {};
  const object = externalSecret(input);
  return object ? { [keys.externalSecret]: mark(object) } : {};
};

/** Whether External Secrets says that it has fetched. */
export const isFetched = (observed: JsonObject | undefined): boolean =>
  conditionOf(observed, 'Ready')?.status === 'True';

/** The conditions of a Resource: whether it has credentials, and whether the probe reaches it. */
export const resourceConditions = (
  problem: Problem | undefined,
  needsCredentials: boolean,
  verdict: ReportedStatus,
): Condition[] => [
  problem
    ? { type: 'CredentialsReady', status: 'False', reason: problem.reason, message: problem.message }
    : {
        type: 'CredentialsReady',
        status: 'True',
        reason: needsCredentials ? 'Found' : 'NotNeeded',
        message: needsCredentials
          ? 'The Secret holds every key that is needed.'
          : 'This type needs no credentials.',
      },
  connected(problem, verdict),
];

const connected = (problem: Problem | undefined, verdict: ReportedStatus): Condition => {
  const type = 'Connected';
  if (problem) {
    const message = 'It is not usable: see the condition CredentialsReady.';
    return { type, status: 'False', reason: problem.reason, message };
  }
  return {
    type,
    status: verdict.phase === 'Connected' ? 'True' : verdict.phase === 'Pending' ? 'Unknown' : 'False',
    reason: verdict.reason ?? verdict.phase,
    message:
      explanations.get(verdict.reason ?? '') ??
      `The probe reports ${verdict.phase}: see status.reason and status.message.`,
  };
};

const explanations = new Map<string, string>(Object.entries(unknown));

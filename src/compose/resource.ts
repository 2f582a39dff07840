import type { JsonObject, RenderedObject } from '../contract/kube.ts';
import { conditionOf } from '../contract/observed.ts';
import { credentialReasons, type Problem, unknown } from '../contract/reasons.ts';
import type { ReportedStatus } from '../contract/reported-status.ts';
import type { Condition } from './conditions.ts';
import { keys } from './input.ts';
import { mayCompose } from './may-compose.ts';
import { type ExternalSecretInput, externalSecret } from './objects/external-secret.ts';
import { mark } from './rendered.ts';

/** The objects of a Resource: an ExternalSecret, if the spec requests one and the platform allows it. */
export const composeResource = (input: ExternalSecretInput | undefined): Record<string, RenderedObject> => {
  if (!input) return {};
  const observed = input.observed ? { [keys.externalSecret]: input.observed } : {};
  if (!mayCompose({ observed }, input.settings.compose.externalSecrets, keys.externalSecret)) return {};
  const object = externalSecret(input);
  return object ? { [keys.externalSecret]: mark(object) } : {};
};

/** Whether External Secrets reports that it has fetched the values. */
export const isFetched = (observed: JsonObject | undefined): boolean =>
  conditionOf(observed, 'Ready')?.status === 'True';

/** The conditions of a Resource: whether its spec is accepted, its credentials are ready, and the probe can connect. `notes` are sentences about values of the Secret. */
export const resourceConditions = (
  problem: Problem | undefined,
  needsCredentials: boolean,
  reported: ReportedStatus,
  notes: readonly string[] = [],
): Condition[] => [
  accepted(problem),
  credentialsReady(problem, needsCredentials, notes),
  connected(problem, reported),
];

const accepted = (problem: Problem | undefined): Condition => {
  const type = 'Accepted';
  return problem && !isOfCredentials(problem)
    ? { type, status: 'False', ...problem }
    : {
        type,
        status: 'True',
        reason: 'Accepted',
        message: 'The spec is valid, and the platform allows everything that it requests.',
      };
};

const credentialsReady = (
  problem: Problem | undefined,
  needsCredentials: boolean,
  notes: readonly string[],
): Condition => {
  const type = 'CredentialsReady';
  if (problem && isOfCredentials(problem)) return { type, status: 'False', ...problem };
  if (problem) {
    const message = 'The credentials have not been read. See the condition Accepted.';
    return { type, status: 'Unknown', reason: 'NotAccepted', message };
  }
  return needsCredentials
    ? {
        type,
        status: 'True',
        reason: 'Found',
        message: ['The Secret contains every required key.', ...notes].join(' '),
      }
    : { type, status: 'True', reason: 'NotNeeded', message: 'This type does not need credentials.' };
};

const isOfCredentials = ({ reason }: Problem): boolean => credentialReasons.has(reason);

const connected = (problem: Problem | undefined, reported: ReportedStatus): Condition => {
  const type = 'Connected';
  if (problem) {
    const message = `The Resource is not usable. See the condition ${isOfCredentials(problem) ? 'CredentialsReady' : 'Accepted'}.`;
    return { type, status: 'False', reason: problem.reason, message };
  }
  return {
    type,
    status: reported.phase === 'Connected' ? 'True' : reported.phase === 'Pending' ? 'Unknown' : 'False',
    reason: reported.reason ?? reported.phase,
    message:
      explanations.get(reported.reason ?? '') ??
      `The probe reports ${reported.phase}. See status.reason and status.message.`,
  };
};

const explanations = new Map<string, string>(Object.entries(unknown));

import { probeReasons } from '../contract/probe-reasons.ts';
import { idle, refused, unknown, unusable } from '../contract/reasons.ts';
import { code } from './field-list.ts';
import { page, table } from './reference.ts';

const rows = (reasons: Readonly<Record<string, string>>) =>
  table(
    ['Reason', 'Meaning and action'],
    Object.entries(reasons).map(([reason, meaning]) => [code(reason), meaning]),
  );

/** The page that lists every reason, for troubleshooting. */
export const reasonsReference = () =>
  page('Reasons', [
    'This page lists every reason that a status, a condition or an event shows. Reasons are stable, so alerts can match on them.',
    '## A Resource is not usable',
    'These reasons appear in `status.resources[].reason` of the Instance, and in a condition of the Resource: `CredentialsReady` if the reason is about credentials, otherwise `Accepted`. The Instance still serves its other Resources.',
    rows(unusable),
    '## A Resource has no current report',
    'These reasons appear in `status.resources[].reason` of the Instance, and in the condition `Connected` of the Resource.',
    rows(unknown),
    '## Results of the probe',
    'The probe writes the phase and the reason to `status.phase` and `status.reason` of the Resource.',
    table(
      ['Reason', 'Phase', 'Meaning and action'],
      Object.entries(probeReasons).map(([reason, { phase, message }]) => [code(reason), phase, message]),
    ),
    '## An Instance has no pods',
    'These reasons appear in the condition `ConfigRendered` of the Instance. Its other objects exist.',
    rows(idle),
    '## Nothing was changed',
    'These reasons appear in the condition `ConfigRendered` of an Instance or `Accepted` of a Resource, and as an event of the claim. Running pods keep running.',
    rows(refused),
  ]);

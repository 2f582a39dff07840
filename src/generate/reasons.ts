import { probeReasons } from '../contract/probe-reasons.ts';
import { idle, refused, unknown, unusable } from '../contract/reasons.ts';
import { code } from './field-list.ts';
import { page, table } from './reference.ts';

const rows = (reasons: Readonly<Record<string, string>>) =>
  table(
    ['Reason', 'What it means, and what to do'],
    Object.entries(reasons).map(([reason, meaning]) => [code(reason), meaning]),
  );

/** A page on every reason that is shown, for troubleshooting. */
export const reasonsReference = () =>
  page('Reasons', [
    'Every reason that a status, a condition or an event shows. They are stable: match on them in alerts.',
    '## A Resource is not usable',
    'In `status.resources[].reason` of its Instance, and in its own condition `CredentialsReady` where the reason is about credentials, else in `Accepted`. The other Resources of the Instance are served all the same.',
    rows(unusable),
    '## Nothing valid is known of a Resource',
    'In `status.resources[].reason`, and in its own condition `Connected`.',
    rows(unknown),
    '## What the probe found',
    'In `status.phase` and `status.reason` of a Resource.',
    table(
      ['Reason', 'Phase', 'What it means, and what to do'],
      Object.entries(probeReasons).map(([reason, { phase, message }]) => [code(reason), phase, message]),
    ),
    '## An Instance has no pods',
    'In its condition `ConfigRendered`. Everything else of it is in place.',
    rows(idle),
    '## Nothing was changed',
    'In the condition `ConfigRendered` of an Instance or `Accepted` of a Resource, and as an event of the claim. What runs keeps running.',
    rows(refused),
  ]);

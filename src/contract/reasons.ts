/**
 * Every reason that a status, a condition or an event shows, with its meaning and what to do. People and alerts
 * match on the words, so they never change. The reasons of the probe are in `probe-reasons.ts`.
 */

/** Why a selected Resource is not usable. The Instance still serves its other Resources. */
export const unusable = {
  InvalidSpec: 'The spec is invalid. Correct the field that the message names.',
  SecretNotFound: 'The Secret in credentialsRef does not exist. Create it, or correct the name.',
  SecretKeyMissing:
    'The Secret lacks a key, or the value of the key is empty. Add the key, or name another key in credentialsRef.',
  CredentialsUnsupported:
    'A value in the Secret cannot be passed to the server: it is not text, or it contains what the message names.',
  NotGranted:
    'The Secret is in another namespace and may not be used here. Its owner must annotate it with tas.io/allowed-namespaces, and the platform must allow that namespace as a source.',
  CANotFound: 'The object or key in caRef does not exist. Create it, or correct caRef.',
  CAInvalid: 'The object in caRef does not contain a valid PEM certificate. Correct the object, or caRef.',
  DocumentNotFound: 'The ConfigMap or key of the document does not exist. Create it, or correct the name.',
  DocumentInvalid: 'The document in the ConfigMap cannot be used. See the message for details.',
  HostNotAllowed:
    'The platform does not allow tenants to reach this host. Use another host, or ask the administrator to list it in reach.allowedHosts.',
  Unsupported:
    'The server or the platform does not support what the spec asks for. See the message for details.',
  TooMany:
    'Resource limit reached. The oldest Resources are served. Select fewer Resources, or add an Instance.',
  InternalError:
    "A bug in function-mcp, triggered by this Resource. The other Resources are served. Report the bug with the function's log entry for the ID in the message.",
} as const;
export type UnusableReason = keyof typeof unusable;

/** The reasons about credentials. The condition `CredentialsReady` shows them, and `Accepted` shows the others. */
export const credentialReasons: ReadonlySet<UnusableReason> = new Set([
  'SecretNotFound',
  'SecretKeyMissing',
  'CredentialsUnsupported',
  'NotGranted',
]);

/** Why one Resource is not usable: a stable word, and a sentence that says what to do. It never contains a secret. */
export interface Problem {
  reason: UnusableReason;
  message: string;
}

/** Why there is no current report about a Resource. */
export const unknown = {
  NotSelected:
    'No Instance in this namespace selects the Resource, so nothing checks it. Change its labels, or the selector of an Instance.',
  NotChecked:
    'An Instance selects the Resource, but its probe has not reported yet. The probe runs only if platform.yaml is installed.',
  Checking: 'The spec changed after the last check. The next check is in progress.',
  Stale: 'The last report has expired. The probe that wrote it no longer runs.',
} as const;

/** Why an Instance has no pods: `ConfigRendered=False`. Its other objects exist. */
export const idle = {
  NothingSelected:
    'The Instance selects no Resource. Create a Resource in this namespace, or correct the selector.',
  NothingUsable: 'None of the selected Resources is usable. See status.resources for the reasons.',
  TokenMissing:
    'The Secret or key in authTokenRef does not exist, or its value is not a valid token. The server does not start without a token.',
} as const;
export type IdleReason = keyof typeof idle;

/** Why nothing was changed: `ConfigRendered=False` of an Instance, `Accepted=False` of a Resource. Existing objects stay. */
export const refused = {
  InvalidSpec: 'The spec of the Instance is invalid. Correct the field that the message names.',
  NotAllowed: 'The platform does not allow what the spec asks for. The message names the setting.',
  ForeignObject:
    'An object with this name already exists and is not managed by function-mcp. Delete it, rename the Instance, or annotate the object as the message says, so that function-mcp takes it over.',
  WaitingForCleanup:
    'An object of a deleted Instance with the same name still exists. This resumes automatically after the object is deleted.',
  InvalidSettings:
    "The platform's EnvironmentConfig or the Composition's Input is invalid. Correct the setting that the message names.",
  InvalidComposite:
    'The composite resource was not created by a claim, or this function does not know its kind.',
  CrossplaneTooOld:
    'This version of Crossplane does not fetch required resources for functions. function-mcp needs Crossplane 2.3 or later.',
  InternalError: "A bug in function-mcp. Report it with the function's log entry for the ID in the message.",
} as const;
export type RefusalReason = keyof typeof refused;

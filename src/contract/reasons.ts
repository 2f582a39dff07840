/**
 * Every reason that a status, a condition or an event shows, with what it means and what to do: people and
 * alerts match on the words, so they never change. The probe's own are in `probe-reasons.ts`.
 */

/** Why a selected Resource is not usable. The others of its Instance are served all the same. */
export const unusable = {
  InvalidSpec: 'The spec does not parse: correct the field that the message names.',
  SecretNotFound: 'The Secret of credentialsRef does not exist: create it, or correct the name.',
  SecretKeyMissing:
    'The Secret lacks a key, or its value is empty: add it, or name another key in credentialsRef.',
  CredentialsUnsupported:
    'A value of the Secret cannot be passed to the server, as it is not text or holds what the message names.',
  NotGranted:
    'The Secret is in another namespace, which has not consented: its owner annotates it with tas.io/allowed-namespaces, and the platform must allow that namespace as a source.',
  CANotFound: 'The object or key of caRef does not exist: create it, or correct caRef.',
  CAInvalid: 'What caRef names holds no PEM certificate, or one that does not parse.',
  DocumentNotFound:
    'The ConfigMap or key that holds the document does not exist: create it, or correct the name.',
  DocumentInvalid: 'The document in the ConfigMap cannot be used; the message says what of it.',
  HostNotAllowed:
    'The platform does not let tenants reach this host: name another one, or have it listed in reach.allowedHosts.',
  Unsupported: 'The server or the platform cannot do what the spec asks for; the message says which.',
  TooMany:
    'The Instance serves as many Resources as it may; the oldest win. Select fewer, or add an Instance.',
  InternalError:
    "A bug that this Resource's own data met; the others are served. The function's log has more under the number in the message: report it.",
} as const;
export type UnusableReason = keyof typeof unusable;

/** Those that are about credentials: the condition `CredentialsReady` has them. `Accepted` has the others. */
export const credentialReasons: ReadonlySet<UnusableReason> = new Set([
  'SecretNotFound',
  'SecretKeyMissing',
  'CredentialsUnsupported',
  'NotGranted',
]);

/** Why one Resource is not usable: a stable word, and a sentence that says what to do. Never a secret. */
export interface Problem {
  reason: UnusableReason;
  message: string;
}

/** Why nothing valid is known of a Resource. */
export const unknown = {
  NotSelected: 'No Instance of this namespace selects it, so nothing checks it: label it so that one does.',
  NotChecked:
    'An Instance selects it, and its probe has not reported yet. Without platform.yaml there is no probe.',
  Checking: 'Its spec changed after the last check; the next one is under way.',
  Stale: 'The last report has expired: the probe that wrote it no longer runs.',
} as const;
export type UnknownReason = keyof typeof unknown;

/** Why an Instance has no pods: `ConfigRendered=False`, and everything else of it in place. */
export const idle = {
  NothingSelected: 'No Resource of this namespace is selected: create one, or correct the selector.',
  NothingUsable: 'None of the selected Resources is usable: see status.resources for the reasons.',
  TokenMissing:
    'authTokenRef names a Secret or key that does not exist, or a value that cannot be a token: without a token the server never starts.',
} as const;
export type IdleReason = keyof typeof idle;

/** Why nothing was changed: `ConfigRendered=False` of an Instance, `Accepted=False` of a Resource. What exists stays. */
export const refused = {
  InvalidSpec: 'The spec of the Instance does not parse: correct the field that the message names.',
  NotAllowed: 'The spec asks for what the platform does not allow; the message says which setting decides.',
  ForeignObject:
    'An object of that name exists and is not ours: delete it, rename the Instance, or annotate the object as the message says to have it taken over.',
  WaitingForCleanup:
    'An object of an earlier Instance of this name is still there; this goes on by itself once it is gone.',
  InvalidSettings:
    "The platform's EnvironmentConfig or the Composition's Input does not parse: correct the setting that the message names.",
  InvalidComposite:
    'The composite was not made by a claim, or is of a kind that this function does not know.',
  CrossplaneTooOld:
    'This Crossplane does not give functions what they require: function-mcp needs Crossplane 2.3 or later.',
  InternalError: "A bug: the function's log has more under the number in the message.",
} as const;
export type RefusalReason = keyof typeof refused;

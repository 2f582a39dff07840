/** Why a selected Resource is not usable. Stable: people and alerts match on these words. */
export const unusableReasons = [
  'InvalidSpec',
  'SecretNotFound',
  'SecretKeyMissing',
  'CredentialsUnsupported',
  'NotGranted',
  'CANotFound',
  'CAInvalid',
  'Unsupported',
  'TooMany',
] as const;
export type UnusableReason = (typeof unusableReasons)[number];

/** Why one Resource is not usable: a stable word, and a sentence that says what to do. Never a secret. */
export interface Problem {
  reason: UnusableReason;
  message: string;
}

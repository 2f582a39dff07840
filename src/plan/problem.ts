import type { Problem, UnusableReason } from '../contract/reasons.ts';
import { fail } from '../contract/result.ts';

/** Not fetched yet. */
export type Pending = undefined;

/** Why a Resource is not usable, as a failed result. */
export const problem = (reason: UnusableReason, message: string) => fail<Problem>({ reason, message });

import { remembered } from '../../contract/remember.ts';

/** Which composites cost too much, and when they are tried again. */
export interface Delays {
  /** Whether the composite runs in a worker for now. */
  costly: (tenant: string, composite: string) => boolean;
  /** Why the composite is not tried now; undefined where it may be. */
  waits: (tenant: string, composite: string) => string | undefined;
  struck: (tenant: string, composite: string) => void;
  ended: (tenant: string, composite: string, why: string) => void;
  /** Its call was answered. */
  answered: (tenant: string, composite: string) => void;
}

/** Entries: an Instance and 500 Resources of a tenant. */
const bounds = { perTenant: 1000, total: 20_000 };
/** A composite that was interrupted runs in a worker for so long, in milliseconds. */
const costlyFor = 600_000;
/** A composite whose call was ended is tried again after this time, doubled at each attempt. */
const firstRetry = 5000;
const lastRetry = 600_000;

interface Offence {
  costlyUntil: number;
  retryAt: number;
  ended: number;
  why: string;
}

export const createDelays = (now: () => number): Delays => {
  const memory = remembered<Offence>(bounds);
  const of = (tenant: string, composite: string): Offence =>
    memory.get(tenant, composite) ?? { costlyUntil: 0, retryAt: 0, ended: 0, why: '' };
  return {
    costly: (tenant, composite) => now() < (memory.get(tenant, composite)?.costlyUntil ?? 0),
    waits: (tenant, composite) => {
      const offence = memory.get(tenant, composite);
      return offence && now() < offence.retryAt ? offence.why : undefined;
    },
    struck: (tenant, composite) =>
      memory.set(tenant, composite, { ...of(tenant, composite), costlyUntil: now() + costlyFor }, 1),
    ended: (tenant, composite, why) => {
      const ended = of(tenant, composite).ended + 1;
      const retryAt = now() + Math.min(firstRetry * 2 ** (ended - 1), lastRetry);
      memory.set(tenant, composite, { costlyUntil: retryAt + costlyFor, retryAt, ended, why }, 1);
    },
    answered: (tenant, composite) => {
      const offence = memory.get(tenant, composite);
      if (offence && offence.ended > 0)
        memory.set(tenant, composite, { ...offence, retryAt: 0, ended: 0, why: '' }, 1);
    },
  };
};

import type { JsonObject } from '../contract/kube.ts';
import type { RefusalReason } from '../contract/reasons.ts';
import type { Release } from '../contract/release.ts';
import type { Cluster } from '../contract/selector.ts';
import type { Settings } from '../plan/settings.ts';
import type { Subject } from '../plan/subject.ts';

/** A call, after its composite and the platform's settings have been read. */
export interface Call {
  subject: Subject;
  settings: Settings;
  /** Existing composed objects, by composed resource name. */
  observed: Readonly<Record<string, JsonObject>>;
  cluster: Cluster;
  release: Release;
  now: number;
}

/** Why nothing may be changed: a stable reason and a sentence for a person. */
export interface Refused {
  reason: RefusalReason;
  message: string;
}

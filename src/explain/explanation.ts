import type { ResourceSelector } from '../schema/instance.ts';
import type { Change } from './changes.ts';
import type { NotSelected } from './selection.ts';

/** Everything there is to say about the given files. It holds no value of any Secret. */
export interface Explanation {
  /** Whether every Instance is usable. */
  usable: boolean;
  instances: InstanceExplanation[];
  /** About the files. */
  notes: string[];
}

/** Everything there is to say about an Instance. */
export interface InstanceExplanation {
  kind: string;
  name: string;
  namespace: string;
  /** Why nothing can be rendered, and what is there stays as it is. */
  fatal?: { reason: string; message: string };
  /** Whether it is rendered, serves something, and every selected Resource is usable. */
  usable: boolean;
  /** Name of the server type. */
  server: string;
  image?: string;
  /** Pods that are rendered, of those that the spec wants. */
  replicas?: { rendered: number; wanted: number };
  transport?: string;
  endpoint?: string;
  /** The phase that it has once its pods run. */
  phase?: string;
  selector?: ResourceSelector;
  selected: SelectedResource[];
  notSelected: NotSelected[];
  conditions: { type: string; status: string; reason: string; message: string }[];
  notes: string[];
  /** Data key of the rendered configuration in its ConfigMap. */
  configFile: string;
  objects: Change[];
}

/** A selected Resource. */
export interface SelectedResource {
  name: string;
  /** The columns of its API that come from its spec, such as Type and Host. */
  columns: Record<string, string>;
  usable: boolean;
  /** Why it is not usable, or what the policy changed. */
  reason?: string;
  /** The reason in a sentence that says what to do. */
  message?: string;
  /** What the probe last reported of it, where that still holds. */
  phase?: string;
  readOnly?: boolean;
  /** Further fields of the effective policy, such as maxRows. */
  policy: Record<string, string | number | boolean>;
}

import type { ResourceSelector } from '../schema/instance.ts';
import type { Change } from './changes.ts';
import type { Problem } from './problems.ts';
import type { NotSelected } from './selection.ts';

/** The explanation of the given files. It contains no value of a Secret. */
export interface Explanation {
  /** Whether every Instance is usable, and the files have no errors and no problems. */
  usable: boolean;
  /** Files that cannot be read or parsed, and kinds that do not exist. Each is `file:line: sentence` where the line is known. */
  errors: string[];
  /** Fields that the API server refuses or drops, in every object of the files. */
  problems: Problem[];
  instances: InstanceExplanation[];
  /** About the files. */
  notes: string[];
}

/** The explanation of an Instance. */
export interface InstanceExplanation {
  kind: string;
  name: string;
  namespace: string;
  /** Why nothing is rendered. Existing objects do not change. */
  fatal?: { reason: string; message: string };
  /** Whether it can be applied, is rendered, serves something, and every selected Resource is usable. */
  usable: boolean;
  /** Name of the server type. */
  server: string;
  image?: string;
  /** Number of pods that are rendered, and that the spec asks for. */
  replicas?: { rendered: number; wanted: number };
  transport?: string;
  endpoint?: string;
  /** The phase that it has when its pods are ready. */
  phase?: string;
  /** The state that it will have, in a sentence without a full stop. */
  outlook: string;
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
  /** The columns of its API that show its spec, such as Type and Host. */
  columns: Record<string, string>;
  usable: boolean;
  /** Why it is not usable, or why it differs from its file. */
  reason?: string;
  /** The reason in a sentence that names the action to take. */
  message?: string;
  /** The last report of the probe, if it is still valid. */
  phase?: string;
  readOnly?: boolean;
  /** Further fields of the effective policy, such as maxRows. */
  policy: Record<string, string | number | boolean>;
  /** Everything that it declares and that is not served, each with the reason; never cut. */
  leftOut: readonly string[];
}

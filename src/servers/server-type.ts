import type { z } from 'zod';
import type { AddressScope, PlatformRanges } from '../contract/addresses.ts';
import type { DialTarget } from '../contract/destinations.ts';
import type { GateRoute } from '../contract/gate.ts';
import type { Problem } from '../contract/reasons.ts';
import type { Result } from '../contract/result.ts';
import type { TextReader } from '../contract/selector.ts';
import type { Check, Encoding, Redirects } from '../contract/targets.ts';
import type { CelRule } from '../schema/fields.ts';
import type { ResourceSelector } from '../schema/instance.ts';
import type { FromSecret } from './from-secret.ts';

/** One of the two kinds of API of a server type, from which XRDs, Compositions and docs are generated. */
export interface ApiKind {
  /** Kind in the tenant's YAML, such as `Database`. In the claims flavour, the kind of the XR has the prefix X. */
  kind: string;
  plural: string;
  shortNames: readonly string[];
  description: string;
  spec: z.ZodObject;
  status: z.ZodObject;
  /** Rules at the root of the object, such as on `self.metadata.name`. */
  rules?: readonly CelRule[];
  columns: readonly PrinterColumn[];
  /** The scale subresource, for `kubectl scale`. */
  scale?: { spec: string; status: string; selector: string };
}

/** A column of `kubectl get`. Crossplane appends SYNCED, READY, COMPOSITION and AGE. */
export interface PrinterColumn {
  name: string;
  type: 'string' | 'integer' | 'boolean' | 'date';
  jsonPath: string;
  /** 0 shows it always, 1 with `-o wide`. */
  priority?: 0 | 1;
}

/** One value of the aggregated Secret, from keys of the tenant's Secret. */
export interface Credential {
  /** Purpose of the value, which is the last part of its placeholder: `PASSWORD`, `AUTHORIZATION`. */
  purpose: string;
  /** Keys in the tenant's Secret. */
  keys: readonly string[];
  /** Combines the values of the keys, in that order. Returns undefined for unsupported values. Default: the only value. */
  join?: (...values: string[]) => string | undefined;
  /** What `join` accepts, as the end of a sentence: "a user name without a colon". */
  accepts?: string;
  /** How the value is escaped for the place where it is inserted. */
  encoding: Encoding;
}

/** Objects that must exist before a Resource is usable, from its spec. */
export interface Needs {
  credentials?: { name: string; namespace?: string; values: readonly Credential[] };
  ca?: { kind: 'Secret' | 'ConfigMap'; name: string; key: string };
  /** Must exist, and several pods must be able to mount it. Requires permissions that Crossplane lacks by default. */
  persistentVolumeClaim?: string;
  /**
   * A text in a ConfigMap in the tenant's namespace. `read` parses it and is pure. Its error is the end of a sentence
   * and contains no value of the text.
   */
  document?: { name: string; key: string; reader: TextReader<Result<unknown, string>> };
}

/** What the server of a Resource connects to. */
export interface Destination {
  /** A DNS name or an IPv4 address. */
  host: string;
  port: number;
  /** Where that host may redirect its clients. */
  redirects?: Redirects;
  /** Set if tenants control the requests. The platform must then allow private addresses. */
  arbitrary?: boolean;
}

/** The destination of a Resource after the platform's rules have been applied. */
export interface Place {
  /** The host to connect to: a DNS name or an IPv4 address. */
  host: string;
  /** The host as the tenant wrote it, if that differs. Certificates and HTTP may use this name. */
  name?: string;
  /** Which addresses the host may resolve to. The process that connects must refuse others. */
  addresses: AddressScope;
}

/** What an Instance allows on one Resource, from its spec and the policy. */
export interface Effective {
  readOnly: boolean;
  /** Set if the policy reduced what the Resource asked for. */
  reason?: 'CappedByPolicy';
  /** Further fields of the type's status entry, such as `maxRows`. */
  fields: Record<string, number | string | boolean>;
  /** Everything that the Resource declares and that is not served, each with the reason; never cut. */
  leftOut?: readonly string[];
}

/** The input from which a server type renders one selected Resource. */
export interface SourceInput<ResourceSpec, Policy> {
  name: string;
  spec: ResourceSpec;
  policy: Policy;
  /** Why the Resource is not usable. The source stays in the configuration, and calls on it return this problem. */
  problem?: Problem;
  /** Path of the mounted certificate authority. */
  caPath?: string;
  /** The result of `read` for the document that the Resource needs. */
  document?: unknown;
  /** The destination of the Resource. */
  place: Place;
  /** Returns the placeholder of a credential by its purpose, such as `${PG_MAIN_PASSWORD}`. */
  placeholder: (purpose: string) => string;
}

/** The input from which a server type makes the check of a usable Resource. */
export interface CheckInput<ResourceSpec, Policy> {
  spec: ResourceSpec;
  policy: Policy;
  /** The destination of the Resource. */
  place: Place;
  /** File name of the certificate authority. */
  ca?: string;
  /** The result of `read` for the document that the Resource needs. */
  document?: unknown;
  /** Returns the key of a credential in the aggregated Secret, by its purpose. */
  secretKey: (purpose: string) => string;
}

/** A volume that a source needs in the server's pod. */
export interface SourceVolume {
  persistentVolumeClaim: string;
  mountPath: string;
  readOnly: boolean;
}

/** What one Resource adds to the files of the server, and to its pod. */
export interface Source {
  /** The parts of the configuration that belong to the Resource, as text with placeholders for secrets. */
  texts: readonly string[];
  /** Routes of the gate by the first segment of the path. Only for a type with a gate. */
  routes?: Readonly<Record<string, GateRoute>>;
  /** Where the process of the server connects to. Only for a type that judges its connections. */
  target?: DialTarget;
  volume?: SourceVolume;
}

/** The fields of the server container that the server type decides. */
export interface ServerContainer {
  command?: readonly string[];
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  requests: Readonly<Record<string, string>>;
  limits: Readonly<Record<string, string>>;
}

/** How a server serves clients over HTTP. */
export interface Serving {
  /** Path of the MCP endpoint. */
  mcpPath: string;
  /** Path of the liveness, readiness and startup probes on the server's port. */
  healthPath: string;
  /** Environment variable for the clients' bearer token. Absent if the server does not support tokens. */
  tokenEnv?: string;
  /** Set if the server keeps serving after SIGTERM, until nodes no longer route to the pod and every call has ended. */
  endsGently?: boolean;
}

/** The input of {@link ServerType.container}. */
export interface ContainerInput {
  transport: 'http' | 'stdio';
  /** Address to listen on. */
  address: '0.0.0.0' | '127.0.0.1';
  port: number;
  configPath: string;
  /** Folder of the configuration and of the certificate authorities, if there are any. */
  configDir: string;
  /** Every host name by which clients in the cluster may address the Service. */
  serviceNames: readonly string[];
}

/**
 * A server type: one folder in `src/servers/` and one line in the registry. All functions are pure: no clock, no
 * randomness, and equal input gives equal output.
 */
export interface ServerType<ResourceSpec = unknown, Policy = unknown, InstanceSpec = unknown> {
  /** Name of the type, the `app.kubernetes.io/name` of its pods, and the folder of its generated APIs. */
  name: string;
  group: string;
  version: 'v1alpha1';
  resource: ApiKind;
  instance: ApiKind;
  /** Repository whose tags tenants may use, and the default tag. */
  image: { repository: string; tag: string };
  /** Key in the ConfigMap, and name of the rendered file. */
  configFile: string;
  /** Files beside the configuration by name, equal for every Instance. They must not contain placeholders. */
  files?: Readonly<Record<string, string>>;
  /** Identifier of a Resource in the configuration: injective, and valid in placeholders in upper case. */
  id: (name: string) => string;
  /** The selector in the parsed spec of an Instance. Undefined: all Resources in the namespace. */
  selection: (instanceSpec: InstanceSpec) => ResourceSelector | undefined;
  /** The policy in the parsed spec of an Instance. */
  policy: (instanceSpec: InstanceSpec) => Policy;
  /** Why a parsed spec is not supported, beyond the checks of its schema. */
  unsupported: (spec: ResourceSpec) => Problem | undefined;
  needs: (spec: ResourceSpec) => Needs;
  /** The fields that a spec leaves to its Secret. Undefined, or absent: none. */
  fromSecret?: (spec: ResourceSpec) => FromSecret | undefined;
  /** What the server connects to for the Resource. Undefined: nothing on the network. */
  destination: (spec: ResourceSpec) => Destination | undefined;
  /** `document` is the result of `read`, if the document was read successfully. */
  effective: (spec: ResourceSpec, policy: Policy, document?: unknown) => Effective;
  /**
   * Estimates the work of a source in advance: the number of characters that are compared to decide what is served, and
   * the minimum number of characters that are then written. Absent if the schema of the spec bounds both.
   */
  work?: {
    compared: (spec: ResourceSpec, document: unknown) => number;
    written: (spec: ResourceSpec, policy: Policy, document: unknown) => number;
  };
  /** Whether an unusable Resource stays in the configuration, as a source that returns the problem. */
  keeps: (problem: Problem) => boolean;
  source: (input: SourceInput<ResourceSpec, Policy>) => Source;
  /** How the probe checks a usable Resource. Undefined if no other pod can reach it. */
  check: (input: CheckInput<ResourceSpec, Policy>) => Check | undefined;
  /** The whole configuration, from the texts of each source, in the order of the names of the Resources. */
  config: (texts: readonly Source['texts'][], ranges: PlatformRanges) => string;
  container: (input: ContainerInput) => ServerContainer;
  serves: Serving;
  /** Whether a module in the process of the server checks its connections against the targets of the Resources. */
  judges?: true;
  /**
   * Whether a gate beside the server passes its requests to the Resources. A server needs a gate if it would show
   * credentials to clients, or follow redirects to destinations that the platform does not allow.
   */
  gate?: true;
}

/** A {@link ServerType} with any type parameters, for the registry. */
// biome-ignore lint/suspicious/noExplicitAny: each type's functions only ever meet its own parsed specs
export type AnyServerType = ServerType<any, any, any>;

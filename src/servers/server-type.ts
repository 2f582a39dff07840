import type { z } from 'zod';
import type { AddressScope, PlatformRanges } from '../contract/addresses.ts';
import type { DestinationsFile } from '../contract/destinations.ts';
import type { GateFile } from '../contract/gate.ts';
import type { Problem } from '../contract/reasons.ts';
import type { Result } from '../contract/result.ts';
import type { TextReader } from '../contract/selector.ts';
import type { Check, Encoding, Redirects } from '../contract/targets.ts';
import type { CelRule } from '../schema/fields.ts';
import type { ResourceSelector } from '../schema/instance.ts';

/** One of the two kinds of API of a server type, from which XRDs, Compositions and docs are generated. */
export interface ApiKind {
  /** Kind in the tenant's YAML, such as `Database`. The XR of the claims flavour puts an X before it. */
  kind: string;
  plural: string;
  shortNames: readonly string[];
  description: string;
  spec: z.ZodObject;
  status: z.ZodObject;
  /** Rules at the root of the object, such as on `self.metadata.name`. */
  rules?: readonly CelRule[];
  columns: readonly PrinterColumn[];
  /** Present where `kubectl scale` works. */
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

/** One value of the aggregated Secret, made from keys of the tenant's. */
export interface Credential {
  /** What it is, and the last part of its placeholder: `PASSWORD`, `AUTHORIZATION`. */
  purpose: string;
  /** Keys in the tenant's Secret. */
  keys: readonly string[];
  /** Makes one value of theirs, in that order; undefined where that cannot be. By default there is one key. */
  join?: (...values: string[]) => string | undefined;
  /** What `join` takes, as the end of a sentence: "a user name without a colon". */
  accepts?: string;
  /** How it is written so that it survives the place where it is put. */
  encoding: Encoding;
}

/** What a Resource needs before it is usable, read from its spec. */
export interface Needs {
  credentials?: { name: string; namespace?: string; values: readonly Credential[] };
  ca?: { kind: 'Secret' | 'ConfigMap'; name: string; key: string };
  /** Must exist and be mountable by several pods; needs rights that Crossplane lacks by default. */
  persistentVolumeClaim?: string;
  /**
   * A text in a ConfigMap of the tenant's namespace, and what the type makes of it. `read` is pure; its error is
   * the end of a sentence, and repeats no value.
   */
  document?: { name: string; key: string; reader: TextReader<Result<unknown, string>> };
}

/** Where a Resource leads its server. */
export interface Destination {
  /** A DNS name or an IPv4 address. */
  host: string;
  port: number;
  /** Where the server there may send its clients on to. */
  redirects?: Redirects;
  /** Set where tenants choose what is sent there: private addresses then need the platform's consent. */
  arbitrary?: boolean;
}

/** Where a Resource is, once the platform has judged it. */
export interface Place {
  /** The host to connect to: a DNS name or an IPv4 address. */
  host: string;
  /** The host as its tenant wrote it, where that differs: what a server may be called in certificates and in HTTP. */
  name?: string;
  /** Which addresses may stand behind the host; whoever connects has to refuse others. */
  addresses: AddressScope;
}

/** What an Instance allows on one Resource once spec and policy have been weighed. */
export interface Effective {
  readOnly: boolean;
  /** Set where the policy changed what the Resource asked for. */
  reason?: 'CappedByPolicy';
  /** Further fields of the type's status entry, such as `maxRows`. */
  fields: Record<string, number | string | boolean>;
  /** Everything that the Resource declares and that is not served, each with the reason; never cut. */
  leftOut?: readonly string[];
}

/** A selected Resource as a server type renders it. */
export interface SourceInput<ResourceSpec, Policy> {
  name: string;
  spec: ResourceSpec;
  policy: Policy;
  /** Why it cannot be used; such a source keeps its place, and a call on it says why. */
  problem?: Problem;
  /** Path at which its certificate authority is mounted. */
  caPath?: string;
  /** What the type made of the document that it needs. */
  document?: unknown;
  /** Where its destination is. */
  place: Place;
  /** Placeholder of one of its credentials by purpose, such as `${PG_MAIN_PASSWORD}`. */
  placeholder: (purpose: string) => string;
}

/** A usable Resource, for the probe. */
export interface CheckInput<ResourceSpec, Policy> {
  spec: ResourceSpec;
  policy: Policy;
  /** Where its destination is. */
  place: Place;
  /** File name of its certificate authority. */
  ca?: string;
  /** What the type made of the document that it needs. */
  document?: unknown;
  /** Key of one of its credentials in the aggregated Secret, by purpose. */
  secretKey: (purpose: string) => string;
}

/** A volume that a source needs in the server's pod. */
export interface SourceVolume {
  persistentVolumeClaim: string;
  mountPath: string;
  readOnly: boolean;
}

/** What one Resource adds to the configuration. */
export interface Source {
  /** The type's own piece of configuration. */
  fragment: unknown;
  volume?: SourceVolume;
}

/** The server container, as far as the type decides it. */
export interface ServerContainer {
  command?: readonly string[];
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Environment variable that takes the clients' bearer token; absent where the server knows none. */
  tokenEnv?: string;
  /** Path of the liveness, readiness and startup probes on the server's port. */
  healthPath: string;
  /** Path of the MCP endpoint. */
  mcpPath: string;
  requests: Readonly<Record<string, string>>;
  limits: Readonly<Record<string, string>>;
  /** Set where the server itself serves on after SIGTERM, until nodes lead nobody there and every call has ended. */
  endsGently?: boolean;
}

/** What {@link ServerType.container} may build on. */
export interface ContainerInput {
  transport: 'http' | 'stdio';
  /** Address to listen on. */
  address: '0.0.0.0' | '127.0.0.1';
  port: number;
  configPath: string;
  /** Folder of the configuration and of the certificate authorities, where there are any. */
  configDir: string;
  /** Every name under which clients in the cluster may address the Service. */
  serviceNames: readonly string[];
}

/** What the platform says to every server. */
export interface Platform {
  /** Ranges that are judged by what the platform says; empty by default. */
  ranges: PlatformRanges;
}

/**
 * A server type: one folder below `src/servers/` and one line in its registry. All functions are pure:
 * no clock, no randomness, and equal input gives equal output.
 */
export interface ServerType<ResourceSpec = unknown, Policy = unknown, InstanceSpec = unknown> {
  /** Also the `app.kubernetes.io/name` of its pods and the folder of its generated APIs. */
  name: string;
  group: string;
  version: 'v1alpha1';
  resource: ApiKind;
  instance: ApiKind;
  /** Repository that tenants may choose tags of, and the tag that runs by default. */
  image: { repository: string; tag: string };
  /** Key in the ConfigMap, and name of the rendered file. */
  configFile: string;
  /** Files beside it, the same for every Instance: by name, without anything that looks like a placeholder. */
  files?: Readonly<Record<string, string>>;
  /** Identifier of a Resource in the configuration: injective, and fit for placeholders in upper case. */
  id: (name: string) => string;
  /** Which Resources an Instance selects, read from its parsed spec; undefined: all of its namespace. */
  selection: (instanceSpec: InstanceSpec) => ResourceSelector | undefined;
  /** Policy of an Instance, read from its parsed spec. */
  policy: (instanceSpec: InstanceSpec) => Policy;
  /** What a parsed spec cannot have, beyond its schema. */
  unsupported: (spec: ResourceSpec) => Problem | undefined;
  needs: (spec: ResourceSpec) => Needs;
  /** Where it leads the server; undefined where that is not the network. */
  destination: (spec: ResourceSpec) => Destination | undefined;
  /** `document` is what the type made of the one that it needs, where that could be read. */
  effective: (spec: ResourceSpec, policy: Policy, document?: unknown) => Effective;
  /**
   * How much work a source is, told before it is done: characters that are compared to decide what is served, and
   * characters that are then written at least. Absent where the spec alone bounds both.
   */
  work?: {
    compared: (spec: ResourceSpec, document: unknown) => number;
    written: (spec: ResourceSpec, policy: Policy, document: unknown) => number;
  };
  /** Whether an unusable Resource stays in the configuration, as a source that says why. */
  keeps: (problem: Problem) => boolean;
  source: (input: SourceInput<ResourceSpec, Policy>) => Source;
  /** What the probe checks of a usable Resource; undefined where nothing of it can be reached from another pod. */
  check: (input: CheckInput<ResourceSpec, Policy>) => Check | undefined;
  /** The whole configuration, from the fragments in the order of the Resources' names. */
  config: (fragments: readonly unknown[], platform: Platform) => string;
  /** Bytes that a fragment takes in the configuration, where that may be more than its JSON. */
  bytes?: (fragment: unknown) => number;
  container: (input: ContainerInput) => ServerContainer;
  /** Where the server connects to, from the fragments as in `config`, for a module in its process that judges that. */
  destinations?: (fragments: readonly unknown[], platform: Platform) => DestinationsFile;
  /**
   * Ways to the Resources for the gate beside the server, from the fragments as in `config`: where the server itself
   * would show its credentials to clients, or follow a redirect to where the platform lets nobody go.
   */
  gate?: (fragments: readonly unknown[], platform: Platform) => GateFile;
}

/** A {@link ServerType} whose own types are closed over, as the registry holds it. */
// biome-ignore lint/suspicious/noExplicitAny: each type's functions only ever meet its own parsed specs
export type AnyServerType = ServerType<any, any, any>;

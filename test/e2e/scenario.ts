import type { Cluster } from '../cluster/cluster.ts';
import type { CrossplaneVersion } from '../cluster/crossplane.ts';
import type { Images } from './fixtures/images.ts';
import type { Release } from './install.ts';
import type { Kube } from './kube.ts';
import type { Tenant, TenantName } from './tenant.ts';

export type Flavour = 'claims' | 'namespaced';

/** What a scenario is given: a cluster with Crossplane, the packages installed, and the platform's settings. */
export interface World {
  flavour: Flavour;
  crossplane: CrossplaneVersion;
  cluster: Cluster;
  kube: Kube;
  images: Images;
  /** The release that is installed. */
  release: Release;
  /** A namespace of this scenario's own with what the examples of its server type expect in it; made at first use. */
  tenant: (name: TenantName) => Promise<Tenant>;
  /** Applies platform.yaml, with the images of this registry where the public names lead elsewhere. */
  applyPlatform: () => Promise<void>;
}

export interface Steps {
  /** Runs one step; what it takes goes to the table. */
  step: <T>(title: string, run: () => Promise<T>) => Promise<T>;
  /** A figure for the table. */
  figure: (what: string, value: string) => void;
}

/**
 * What it tolerates at the same time: `beside` others that keep to their own namespaces, which is the default; `rest`
 * in the same way, and others may measure meanwhile; `quiet` nothing but those at rest, on the whole machine, as it measures;
 * `alone` nothing in its cluster, as it touches what all share.
 */
export type Company = 'beside' | 'rest' | 'quiet' | 'alone';

export interface Scenario {
  /** As in `--only NAME`. */
  name: string;
  title: string;
  company?: Company;
  /** Also run with the oldest supported Crossplane. */
  core?: true;
  /** Stops the API server or relies on mirrors, which only a cluster of our own allows. */
  ownCluster?: true;
  /** Whose examples its tenants have; default: those of DBHub. */
  type?: string;
  /** Its tenants' namespaces have the names that are in the examples. */
  verbatim?: true;
  /** Puts back what all share, where it has failed and may have left that otherwise. */
  restore?: (world: Omit<World, 'tenant'>) => Promise<unknown>;
  run: (world: World, steps: Steps) => Promise<void>;
}

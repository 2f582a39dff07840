/** How much is remembered: bytes, characters or entries, as the caller counts. */
export interface Bounds {
  perTenant: number;
  total: number;
}

/** A memory that is shared fairly between tenants. What is remembered must not be changed. */
export interface Remembered<T> {
  get: (tenant: string, key: string) => T | undefined;
  /** Remembers a value of that size. A value that is larger than `perTenant` is not remembered. */
  set: (tenant: string, key: string, value: T, size: number) => void;
  delete: (tenant: string, key: string) => void;
  /** Everything that is remembered for a tenant, least recently used first. */
  entries: (tenant: string) => [key: string, value: T][];
  /** The sum of the sizes: of one tenant, or of all. */
  size: (tenant?: string) => number;
}

interface Shelf<T> {
  size: number;
  entries: Map<string, { value: T; size: number }>;
}

/**
 * Creates a memory. A tenant never exceeds `perTenant`. When all tenants together exceed `total`, the tenant that
 * holds the most loses its least recently used entry, so a tenant that holds less than its share never loses one
 * to another tenant. Each tenant has its own keys.
 *
 * The state is consistent at every loop and call in here, because a call can be interrupted at any of these.
 *
 * @param evicted is called with each tenant that loses an entry for lack of room
 */
export const remembered = <T>(
  { perTenant, total }: Bounds,
  evicted?: (tenant: string) => void,
): Remembered<T> => {
  const shelves = new Map<string, Shelf<T>>();
  let held = 0;

  const drop = (tenant: string, key: string): void => {
    const shelf = shelves.get(tenant);
    const entry = shelf?.entries.get(key);
    if (!shelf || !entry) return;
    shelf.entries.delete(key);
    shelf.size -= entry.size;
    held -= entry.size;
    if (shelf.entries.size === 0) shelves.delete(tenant);
  };
  const dropOldest = (tenant: string): void => {
    const oldest = shelves.get(tenant)?.entries.keys().next();
    if (!oldest || oldest.done) return;
    drop(tenant, oldest.value);
    evicted?.(tenant);
  };
  const largest = (): string => {
    let most: [string, number] = ['', -1];
    for (const [tenant, { size }] of shelves) if (size > most[1]) most = [tenant, size];
    return most[0];
  };

  return {
    get: (tenant, key) => {
      const entries = shelves.get(tenant)?.entries;
      const entry = entries?.get(key);
      if (!entries || !entry) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set: (tenant, key, value, size) => {
      drop(tenant, key);
      if (size > perTenant) return;
      while ((shelves.get(tenant)?.size ?? 0) + size > perTenant) dropOldest(tenant);
      const shelf = shelves.get(tenant) ?? { size: 0, entries: new Map() };
      shelves.set(tenant, shelf);
      shelf.entries.set(key, { value, size });
      shelf.size += size;
      held += size;
      while (held > total) dropOldest(largest());
    },
    delete: drop,
    entries: (tenant) =>
      [...(shelves.get(tenant)?.entries ?? [])].map(([key, { value }]) => [key, value] as [string, T]),
    size: (tenant) => (tenant === undefined ? held : (shelves.get(tenant)?.size ?? 0)),
  };
};

/** Work that waits, by tenant: tenants take turns, so that none waits for all that another one has. */
export interface Turns<T> {
  /** False when the tenant has too many waiting. */
  add: (tenant: string, item: T) => boolean;
  /** The next item, of the tenant whose turn it is among those that `may`. */
  next: (may?: (tenant: string) => boolean) => T | undefined;
  size: () => number;
}

export const createTurns = <T>(mostPerTenant: number): Turns<T> => {
  const waiting = new Map<string, T[]>();
  let size = 0;
  return {
    add: (tenant, item) => {
      const items = waiting.get(tenant) ?? [];
      if (items.length >= mostPerTenant) return false;
      items.push(item);
      waiting.set(tenant, items);
      size++;
      return true;
    },
    next: (may = () => true) => {
      for (const [tenant, items] of waiting) {
        if (!may(tenant)) continue;
        const item = items.shift();
        waiting.delete(tenant);
        // to the end of the line
        if (items.length > 0) waiting.set(tenant, items);
        size--;
        return item;
      }
      return undefined;
    },
    size: () => size,
  };
};

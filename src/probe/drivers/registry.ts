import type { Driver } from './driver.ts';

/** Drivers by the name that a check gives; loaded on first use, as each takes 10 to 50 MB of memory. */
const drivers: Readonly<Record<string, () => Promise<Driver>>> = {
  postgres: async () => (await import('./postgres.ts')).postgres,
  mysql: async () => (await import('./mysql.ts')).mysql,
  sqlserver: async () => (await import('./sqlserver.ts')).sqlserver,
  http: async () => (await import('./http.ts')).http,
  s3: async () => (await import('./s3.ts')).s3,
  tcp: async () => (await import('./tcp.ts')).tcp,
};

/** Throws on a name that has no driver: function and probe are of different versions. */
export const loadDriver = (name: string): Promise<Driver> => {
  const load = Object.hasOwn(drivers, name) ? drivers[name] : undefined;
  if (!load) throw new Error(`unknown driver: ${name}`);
  return load();
};

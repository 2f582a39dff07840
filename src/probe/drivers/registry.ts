import type { Driver } from './driver.ts';

/** Drivers by the name in a check. Each takes 10 to 50 MB of memory, so it is loaded on first use. */
const drivers: Readonly<Record<string, () => Promise<Driver>>> = {
  postgres: async () => (await import('./postgres.ts')).postgres,
  mysql: async () => (await import('./mysql.ts')).mysql,
  sqlserver: async () => (await import('./sqlserver.ts')).sqlserver,
  http: async () => (await import('./http.ts')).http,
  s3: async () => (await import('./s3.ts')).s3,
  tcp: async () => (await import('./tcp.ts')).tcp,
};

/** Throws for an unknown name: the function and the probe have different versions. */
export const loadDriver = (name: string): Promise<Driver> => {
  const load = Object.hasOwn(drivers, name) ? drivers[name] : undefined;
  if (!load) throw new Error(`unknown driver: ${name}`);
  return load();
};

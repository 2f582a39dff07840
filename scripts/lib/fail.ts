/** Exits with status 1 and the message of the error, without its stack, which does not help the user. */
export function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

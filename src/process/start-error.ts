/** Why the server could not start, as a sentence for the administrator. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

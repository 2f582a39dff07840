/**
 * Describes an error without its message, which may contain a secret: its class, its code, and the files and lines of
 * its stack.
 */
export const describeError = (error: unknown): string => {
  if (!(error instanceof Error)) return `a ${typeof error} that is not an Error`;
  const name = /^[A-Za-z_$][\w$]{0,60}$/.test(error.name) ? error.name : 'Error';
  const { code } = error as { code?: unknown };
  const known = /^[A-Z0-9_-]{1,60}$/.test(String(code)) ? ` ${String(code)}` : '';
  return `${name}${known}${framesOf(error)}`;
};

/** Only files and lines. A message may imitate a stack frame, but the path in it must be that of a module. */
const framesOf = ({ stack }: Error): string => {
  const places = String(stack)
    .split('\n')
    .flatMap(
      (line) =>
        /^ {4}at .*?((?:node:|[^\s()]*\/(?:node_modules|dist)\/)[\w./@+-]+:\d+:\d+)\)?$/.exec(line)?.[1] ??
        [],
    )
    .map((place) => place.replace(/^.*\/node_modules\//, ''));
  return places.length === 0 ? '' : ` at ${places.slice(0, 8).join(', ')}`;
};

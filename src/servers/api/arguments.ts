import type { Operation, Parameter, WholeBody } from './operation.ts';

/** A parameter, and its name for callers of the tool. */
export interface Argument {
  /** At most 64 letters, digits, "_" and "-", as clients require. Unique in the tool. */
  name: string;
  parameter: Parameter;
}

/**
 * The arguments of an operation's tool. A header keeps its name, because MCP Toolbox sends it with that name. If others
 * would have the same name, the first in path, query and body keeps it.
 */
export const argumentsOf = ({ parameters, body }: Operation): Argument[] => {
  const all = [...parameters, ...(typeof body === 'object' ? [wholeBody(body)] : [])];
  const next = new Map<string, number>();
  const taken = new Set(all.filter((it) => it.in === 'header').map(({ name }) => name));
  return places.flatMap((place) =>
    all
      .filter((parameter) => parameter.in === place)
      .map((parameter) => {
        if (place === 'header') return { name: parameter.name, parameter };
        const name = free(parameter, taken, next);
        taken.add(name);
        return { name, parameter };
      }),
  );
};

const places = ['path', 'query', 'header', 'body'] as const;
const longest = 64;

const wholeBody = (body: WholeBody): Parameter => ({
  name: 'body',
  in: 'body',
  type: body.type,
  required: body.required,
  description: body.description ?? (body.verbatim ? 'The body.' : 'The body, as JSON.'),
});

/** An unused name. `next` counts the names of a stem, so that used names are not tried again. */
const free = (
  { name, in: place }: Parameter,
  taken: ReadonlySet<string>,
  next: Map<string, number>,
): string => {
  const plain = name.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, longest);
  // `body` is the name of a whole body.
  const stem = /[A-Za-z0-9]/.test(plain) ? plain : place === 'body' ? 'field' : place;
  const key = `${place} ${stem}`;
  for (let count = next.get(key) ?? 0; ; count++) {
    next.set(key, count + 1);
    const suffix = ['', `_${place}`][count] ?? `_${place}${count}`;
    const candidate = `${stem.slice(0, longest - suffix.length)}${suffix}`;
    if (!taken.has(candidate)) return candidate;
  }
};

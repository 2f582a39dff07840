import type { RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';

/** Forms in which a secret could show. */
const forms = (secret: string): string[] => {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString('base64'),
    bytes.toString('hex'),
    JSON.stringify(secret).slice(1, -1),
  ];
};

/** Every string in a value, keys included. */
const strings = function* (value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (ArrayBuffer.isView(value)) yield Buffer.from(value as Uint8Array).toString('latin1');
  else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      yield key;
      yield* strings(child);
    }
  }
};

/** The text with whatever looks like base64 or percent-encoding in it decoded as well. */
const decoded = (text: string): string[] => [
  text,
  text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  ...[...text.matchAll(/[A-Za-z0-9+/_-]{12,}={0,2}/g)].flatMap(([token]) =>
    [0, 1, 2, 3].map((skip) => Buffer.from(token.slice(skip), 'base64').toString('latin1')),
  ),
];

/** Where a secret shows that must show nowhere: an excerpt of each string that holds it. */
export const leaksIn = (value: unknown, secrets: readonly string[]): string[] => {
  const wanted = secrets.flatMap(forms).filter((form) => form.length >= 8);
  return [...strings(value)].flatMap((text) =>
    decoded(text).some((form) => wanted.some((it) => form.includes(it))) ? [text.slice(0, 200)] : [],
  );
};

/** Everything of an answer but the data of the one Secret that is made to hold secrets. */
export const outsideOfSecret = (response: RunFunctionResponse): unknown => {
  const { credentials, ...resources } = response.desired?.resources ?? {};
  const { data: _, ...rest } = credentials?.resource ?? {};
  return {
    ...response,
    desired: {
      ...response.desired,
      resources: { ...resources, ...(credentials && { credentials: { ...credentials, resource: rest } }) },
    },
  };
};

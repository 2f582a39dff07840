import { flavours } from '../../src/contract/flavour.ts';
import { apisOf } from '../../src/generate/api.ts';
import type { StructuralSchema } from '../../src/generate/structural.ts';
import { objectSchema } from '../../src/generate/xrd.ts';
import { serverTypes } from '../../src/servers/registry.ts';

/** Every API of every server type, in every flavour, with its schema. */
export const everyApi = serverTypes.flatMap((type) =>
  apisOf(type).flatMap((api) =>
    flavours.map((flavour) => ({
      title: `${api.kind.kind} (${flavour})`,
      api,
      flavour,
      schema: objectSchema(api, flavour),
    })),
  ),
);

/** A schema somewhere below a root; `path` names it as `spec.tolerations[].key`, and a map's values as `.*`. */
export interface Node {
  path: string;
  schema: StructuralSchema;
}

/** A schema and everything below it. */
export function nodes(schema: StructuralSchema, path = ''): Node[] {
  return [
    { path, schema },
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      nodes(property, path ? `${path}.${name}` : name),
    ),
    ...(schema.items ? nodes(schema.items, `${path}[]`) : []),
    ...(schema.additionalProperties ? nodes(schema.additionalProperties, `${path}.*`) : []),
  ];
}

/** Whether a value of that schema holds a string. */
export const isText = ({ schema }: Node) =>
  schema.type === 'string' || schema['x-kubernetes-int-or-string'] === true;

import type { z } from 'zod';
import { labelKeys, partOf } from '../contract/names.ts';
import { structural } from './structural.ts';

export const inputGroup = 'mcp.tas.io';
export const inputVersion = 'v1beta1';
export const inputKind = 'Input';

/**
 * The CRD of the function's Input. The function package contains it for tools and people to read. An Input exists only
 * within a Composition, and the function validates it.
 */
export function inputCrd(spec: z.ZodObject) {
  const schema = structural(spec, 'namespaced');
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `inputs.${inputGroup}`, labels: { [labelKeys.partOf]: partOf } },
    spec: {
      group: inputGroup,
      names: {
        kind: inputKind,
        listKind: `${inputKind}List`,
        plural: 'inputs',
        singular: 'input',
        categories: ['crossplane'],
      },
      scope: 'Namespaced',
      versions: [
        {
          name: inputVersion,
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              ...schema,
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object' },
                ...schema.properties,
              },
            },
          },
        },
      ],
    },
  };
}

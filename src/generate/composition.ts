import type { Flavour } from '../contract/flavour.ts';
import { type Api, compositeNames, objectName } from './api.ts';
import { inputGroup, inputKind, inputVersion } from './input-crd.ts';
import { generatedLabels } from './xrd.ts';

/** The name that Crossplane gives to the Function of the package `tas/function-mcp`. */
const functionName = 'tas-function-mcp';

/** The Composition of an API: a pipeline of one step. */
export const composition = (api: Api, flavour: Flavour) => ({
  apiVersion: 'apiextensions.crossplane.io/v1',
  kind: 'Composition',
  metadata: { name: objectName(api, flavour), labels: generatedLabels(api.type) },
  spec: {
    compositeTypeRef: {
      apiVersion: `${api.group}/${api.version}`,
      kind: compositeNames(api, flavour).kind,
    },
    mode: 'Pipeline',
    pipeline: [
      {
        step: 'mcp',
        functionRef: { name: functionName },
        input: { apiVersion: `${inputGroup}/${inputVersion}`, kind: inputKind },
      },
    ],
  },
});

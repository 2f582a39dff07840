import type { Flavour } from '../contract/flavour.ts';
import { maxInstanceName } from '../contract/names.ts';
import type { CelRule } from '../schema/fields.ts';
import { type Api, compositeNames } from './api.ts';

/** Crossplane names the XR of a claim after it, and adds a hyphen and five characters. */
export const claimSuffix = 6;

/** The rules at the root of an object: those of its kind, and for an Instance those on its name. */
export const rootRules = (api: Api, flavour: Flavour): CelRule[] => [
  ...(api.role === 'instance' ? nameRules(api, flavour) : []),
  ...(api.kind.rules ?? []),
];

function nameRules(api: Api, flavour: Flavour): CelRule[] {
  // The rules of an XRD hold for the claim and for its XR, whose name is the longer one.
  const longest =
    flavour === 'claims'
      ? `(self.kind == '${compositeNames(api, flavour).kind}' ? ${maxInstanceName + claimSuffix} : ${maxInstanceName})`
      : `${maxInstanceName}`;
  return [
    {
      rule: "self.metadata.name.matches(r'^[a-z]([-a-z0-9]*[a-z0-9])?$')",
      message:
        'metadata.name must start with a letter and consist of lower case letters, digits and "-", as its Service has that name',
    },
    {
      rule: `self.metadata.name.size() <= ${longest}`,
      message: `metadata.name must have at most ${maxInstanceName} characters, as the names of pods are made from it`,
    },
  ];
}

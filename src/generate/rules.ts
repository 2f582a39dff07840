import type { Flavour } from '../contract/flavour.ts';
import { maxInstanceName } from '../contract/names.ts';
import type { CelRule } from '../schema/fields.ts';
import { type Api, compositeNames } from './api.ts';

/** Crossplane derives the name of an XR from its claim, and appends a hyphen and five characters. */
export const claimSuffix = 6;

/** The rules at the root of an object: the rules of its kind, and for an Instance those for its name. */
export const rootRules = (api: Api, flavour: Flavour): CelRule[] => [
  ...(api.role === 'instance' ? nameRules(api, flavour) : []),
  ...(api.kind.rules ?? []),
];

function nameRules(api: Api, flavour: Flavour): CelRule[] {
  // The rules of an XRD apply to the claim and to its XR, whose name is longer.
  const longest =
    flavour === 'claims'
      ? `(self.kind == '${compositeNames(api, flavour).kind}' ? ${maxInstanceName + claimSuffix} : ${maxInstanceName})`
      : `${maxInstanceName}`;
  return [
    {
      rule: "self.metadata.name.matches(r'^[a-z]([-a-z0-9]*[a-z0-9])?$')",
      message:
        'metadata.name must start with a letter and consist of lower case letters, digits and "-", because the Service has the same name',
    },
    {
      rule: `self.metadata.name.size() <= ${longest}`,
      message: `metadata.name must have at most ${maxInstanceName} characters, because pod names are derived from it`,
    },
  ];
}

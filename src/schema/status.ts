import { z } from 'zod';
import { ResourcePhase } from '../contract/phase.ts';

/** Phases of an Instance. */
export const InstancePhase = z.enum(['Pending', 'Running', 'Degraded', 'Failed']);
export type InstancePhase = z.infer<typeof InstancePhase>;

const count = (description: string) => z.int().min(0).meta({ description });
const words = (max: number, description: string) => z.string().max(max).meta({ description });

/** One selected Resource in the status of an Instance. */
const resourceEntryFields = {
  name: words(253, 'Name of the Resource.'),
  phase: ResourcePhase.meta({
    description: 'Last phase that the probe reported, or Failed if the Resource is not usable.',
  }),
  reason: words(64, 'Reason, as one word.').optional(),
  message: words(512, 'Why the Resource is not usable, and what to do.').optional(),
} as const;

/** The fields of the status of every Instance, for all server types. */
const instanceStatusFields = {
  phase: InstancePhase.optional().meta({ description: 'Phase of the Instance.' }),
  replicas: count('Number of server pods.').optional(),
  availableReplicas: count('Number of available server pods.').optional(),
  selector: words(512, 'Label selector of the server pods, for the scale subresource.').optional(),
  connectedResources: z
    .array(z.string().max(253))
    .max(500)
    .optional()
    .meta({ description: 'Names of the connected Resources.' }),
  selectedResources: count('Number of selected Resources.').optional(),
  resourceSummary: words(32, 'Number of connected and of selected Resources, as "2/3".').optional(),
  endpoint: words(512, 'URL for clients.').optional(),
  configHash: words(64, 'Hash of the rendered configuration. It contains no secret.').optional(),
  configRevision: count('Number of applied changes of the configuration.').optional(),
  credentialsRevision: count('Number of applied changes of the credentials.').optional(),
  observedGeneration: count('Generation of the spec that this status is about.').optional(),
} as const;

/** The status of an Instance. A server type adds fields to the entry of a Resource. `resources` is their name in the plural. */
export const instanceStatus = <Entry extends z.ZodRawShape>(resources: string, entry: Entry) =>
  z
    .object({
      ...instanceStatusFields,
      resources: z
        .array(
          z.object({
            ...resourceEntryFields,
            readOnly: z
              .boolean()
              .optional()
              .meta({ description: 'Whether the Resource is served read-only.' }),
            ...entry,
          }),
        )
        .max(500)
        .optional()
        .meta({ description: `The selected ${resources}, and how each is served.` }),
    })
    .meta({ description: 'The state of the Instance and its Resources.' });

/** The fields of the status of every Resource. Only the probe writes them. */
export const ResourceStatus = z
  .object({
    phase: ResourcePhase.default('Pending').meta({ description: 'Phase of the Resource.' }),
    reason: words(64, 'Reason, as one word.').optional(),
    message: words(512, 'Reason, as a sentence.').optional(),
    lastChecked: words(32, 'Time of the last check (RFC 3339).').optional(),
    validUntil: words(32, 'Time when this report expires (RFC 3339).').optional(),
    latencyMs: count('Duration of the check in milliseconds.').optional(),
    checkedBy: words(253, 'The Instance whose probe checked the Resource.').optional(),
    checkedSpec: words(64, 'Hash of the spec that was checked.').optional(),
    selectedBy: z.array(z.string().max(253)).max(64).optional().meta({
      description: 'Instances that select the Resource. Each probe adds its Instance.',
      'x-kubernetes-list-type': 'set',
    }),
  })
  .meta({ description: 'The result of the last check.' });
export type ResourceStatus = z.infer<typeof ResourceStatus>;

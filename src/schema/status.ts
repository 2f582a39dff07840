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
    description: 'What the probe last said of it, or Failed where it is not usable.',
  }),
  reason: words(64, 'Why, in one word.').optional(),
  message: words(512, 'Why it is not usable, and what to do.').optional(),
} as const;

/** The fields that the status of every Instance has, whatever its server type. */
const instanceStatusFields = {
  phase: InstancePhase.optional().meta({ description: 'Pending, Running, Degraded or Failed.' }),
  replicas: count('Server pods that exist.').optional(),
  availableReplicas: count('Server pods that are available.').optional(),
  selector: words(512, 'Label selector of the server pods, for the scale subresource.').optional(),
  connectedResources: z
    .array(z.string().max(253))
    .max(500)
    .optional()
    .meta({ description: 'Names of the Resources that are connected.' }),
  selectedResources: count('How many Resources are selected.').optional(),
  resourceSummary: words(32, 'Connected of selected Resources, as "2/3".').optional(),
  endpoint: words(512, 'URL for clients.').optional(),
  configHash: words(64, 'Hash of the rendered configuration; no secret in it.').optional(),
  credentialsRevision: count('Counts the changes of the credentials.').optional(),
  observedGeneration: count('Generation of the spec that this status is about.').optional(),
} as const;

/** The status of an Instance. A type adds to the entry of a Resource how it is served; `resources` says what they are. */
export const instanceStatus = <Entry extends z.ZodRawShape>(resources: string, entry: Entry) =>
  z
    .object({
      ...instanceStatusFields,
      resources: z
        .array(
          z.object({
            ...resourceEntryFields,
            readOnly: z.boolean().optional().meta({ description: 'Whether it is served for reading only.' }),
            ...entry,
          }),
        )
        .max(500)
        .optional()
        .meta({ description: `The selected ${resources}, and how each is served.` }),
    })
    .meta({ description: 'What is served, and how well.' });

/** The fields that the status of every Resource has. The probe alone writes them. */
export const ResourceStatus = z
  .object({
    phase: ResourcePhase.default('Pending').meta({ description: 'Pending, Connected, Degraded or Failed.' }),
    reason: words(64, 'Why, in one word.').optional(),
    message: words(512, 'Why, in a sentence.').optional(),
    lastChecked: words(32, 'When it was last checked (RFC 3339).').optional(),
    validUntil: words(32, 'Until when this report holds (RFC 3339).').optional(),
    latencyMs: count('How long the check took, in milliseconds.').optional(),
    checkedBy: words(253, 'The Instance whose probe checked it.').optional(),
    checkedSpec: words(64, 'Hash of the spec that was checked.').optional(),
    selectedBy: z.array(z.string().max(253)).max(64).optional().meta({
      description: 'Instances that select it; each probe adds its own.',
      'x-kubernetes-list-type': 'set',
    }),
  })
  .meta({ description: 'What the last check of it found.' });
export type ResourceStatus = z.infer<typeof ResourceStatus>;

import { z } from 'zod';

/** Phases of a Resource, as the probe reports them. */
export const ResourcePhase = z.enum(['Pending', 'Connected', 'Degraded', 'Failed']);
export type ResourcePhase = z.infer<typeof ResourcePhase>;

import { fail, ok, type Result } from '../contract/result.ts';
import { ambiguity } from '../contract/store-key.ts';
import { seconds } from '../schema/fields.ts';
import { InputSpec, PlatformSettings, settingsName } from '../schema/settings.ts';
import { describe } from './spec.ts';

/** The platform's settings: defaults, overridden by the Input, overridden by the EnvironmentConfig. */
export interface Settings extends Omit<PlatformSettings, 'ttl' | 'probe' | 'environment'> {
  environment: string | undefined;
  /** Seconds. */
  ttl: { pending: number; steady: number };
  /** The interval is in seconds. */
  probe: { interval: number; scrapeNamespaces: string[] };
  /** Whether the EnvironmentConfig exists. */
  present: boolean;
}

/** Keys of Kubernetes objects that are not fields of the Input. */
const envelope = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Resolves the settings from the Input and the data of the EnvironmentConfig, which is undefined if it does not exist.
 * The error names the invalid setting.
 */
export const resolveSettings = (input: unknown, data: unknown): Result<Settings, string> => {
  const fields = Object.fromEntries(Object.entries(input ?? {}).filter(([key]) => !envelope.has(key)));
  const defaults = InputSpec.safeParse(fields);
  if (!defaults.success)
    return fail(`The function's Input is invalid: ${describe(defaults.error, 'input')}.`);
  const platform = PlatformSettings.safeParse(data ?? {});
  if (!platform.success) {
    return fail(`The EnvironmentConfig "${settingsName}" is invalid: ${describe(platform.error, 'data')}.`);
  }
  const keyTemplate = platform.data.externalSecrets?.keyTemplate;
  const ambiguous = keyTemplate === undefined ? undefined : ambiguity(keyTemplate);
  if (ambiguous !== undefined) {
    return fail(
      `The EnvironmentConfig "${settingsName}" is invalid: data.externalSecrets.keyTemplate: it ${ambiguous}.`,
    );
  }
  const { ttl, probe, environment, ...rest } = platform.data;
  return ok({
    ...rest,
    environment: environment ?? defaults.data.environment,
    ttl: {
      pending: seconds(ttl?.pending ?? defaults.data.ttl.pending),
      steady: seconds(ttl?.steady ?? defaults.data.ttl.steady),
    },
    probe: {
      interval: seconds(probe?.interval ?? defaults.data.probe.interval),
      scrapeNamespaces: [...new Set(probe?.scrapeNamespaces ?? [])].sort(),
    },
    present: data !== undefined,
  });
};

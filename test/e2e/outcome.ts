import type { Steps } from './scenario.ts';

export interface Outcome {
  pass: string;
  scenario: string;
  seconds: number;
  /** Undefined: it holds. */
  error?: string;
  /** Why it was not run. */
  left?: string;
  steps: { title: string; seconds: number }[];
  figures: { what: string; value: string }[];
}

/** Runs one part of a pass and says on the console how it goes. Never throws: what does is the outcome's error. */
export async function outcomeOf(
  pass: string,
  scenario: string,
  run: (steps: Steps) => Promise<void>,
): Promise<Outcome> {
  const outcome: Outcome = { pass, scenario, seconds: 0, steps: [], figures: [] };
  const began = performance.now();
  const seconds = (since: number) => (performance.now() - since) / 1000;
  const say = (text: string) => console.log(`${pass} ${scenario}: ${text}`);
  try {
    await run({
      async step(title, part) {
        const start = performance.now();
        try {
          return await part();
        } catch (error) {
          throw new Error(`${title}: ${explain(error)}`, { cause: error });
        } finally {
          outcome.steps.push({ title, seconds: seconds(start) });
          say(`${seconds(start).toFixed(1)} s, ${title}`);
        }
      },
      figure(what, value) {
        outcome.figures.push({ what, value });
        say(`${what}: ${value}`);
      },
    });
  } catch (error) {
    outcome.error = explain(error);
    say(`FAILED ${outcome.error}`);
  }
  outcome.seconds = seconds(began);
  return outcome;
}

export const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const cause =
    error.cause instanceof Error && !error.message.includes(error.cause.message) ? error.cause : undefined;
  return cause ? `${error.message}\n${explain(cause)}` : error.message;
};

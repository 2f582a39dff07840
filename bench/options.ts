import { parseArgs } from 'node:util';

export interface Options {
  /** The script to measure; built from the sources if none is given. */
  entry: string | undefined;
  json: boolean;
  /** How often things are done. */
  pairs: number;
  throughputCalls: number;
  memoryCalls: number;
  freshProcesses: number;
  attackedCalls: number;
}

const HELP = `Usage: npm run bench -- [options]

Measures the function against a bare SDK function that returns at once. Both get the same bytes, in turns.

  --quick        fewer calls: a look in 20 seconds, too few for a verdict on memory
  --json         the result as JSON
  --entry FILE   measure this bundle instead of building one
  --help         this text

Ends with 1 if a target is missed.
`;

const FULL = {
  pairs: 3000,
  throughputCalls: 4000,
  memoryCalls: 100_000,
  freshProcesses: 5,
  attackedCalls: 3000,
};
const QUICK = { pairs: 300, throughputCalls: 500, memoryCalls: 5000, freshProcesses: 3, attackedCalls: 300 };

/** The options of the command line; ends the process where it asks for help or cannot be understood. */
export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        entry: { type: 'string' },
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    return { entry: values.entry, json: values.json, ...(values.quick ? QUICK : FULL) };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}

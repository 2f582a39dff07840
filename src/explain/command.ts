import { type Command, Option } from 'commander';

interface ExplainFlags {
  observed?: string[];
  instance?: string;
  namespace: string;
  json: boolean;
  full: boolean;
  color: 'auto' | 'always' | 'never';
}

const collect = (value: string, previous: string[] = []): string[] => [...previous, value];

/** Adds the command `explain`, which shows offline what the function does with the given YAML. */
export const addExplain = (program: Command): void => {
  program
    .command('explain')
    .summary('show what an Instance selects and renders, without a cluster')
    .description(
      'Reads YAML files (claims or composites, Secrets, ConfigMaps, the EnvironmentConfig function-mcp, a function Input) and runs the function on them in this process. Shows for each Instance the state that it will have, the Resources that it selects, the Resources that cannot be used and why, and the objects that are rendered. Shows for every object in the files the fields that the API server refuses or drops, with file and line. A claim is read as the namespaced composite of the same YAML. Values of Secrets are never shown. Nothing is read from or sent to a cluster.',
    )
    .argument('<files...>', 'YAML or JSON files, folders of them, or - for standard input')
    .option(
      '--observed <file>',
      'existing objects to compare with: file, folder or -; may be repeated',
      collect,
    )
    .option('--instance <name>', 'explain this Instance only')
    .option('--namespace <namespace>', 'namespace of objects that do not name one', 'default')
    .option('--json', 'print the whole explanation as JSON', false)
    .option('--full', 'show long lists, configurations and differences in full', false)
    .addOption(
      new Option('--color <when>', 'auto: on a terminal, unless NO_COLOR is set')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .addHelpText(
      'after',
      `
Exit codes:
  0  every Instance and every Resource that it selects is usable
  1  an Instance or a selected Resource is not usable, or the API server
     refuses or drops a field of an object in the files
  2  wrong usage, a file that cannot be read or parsed, a kind that does not
     exist, or no Instance; the rest of the files is explained nevertheless

Examples:
  function-mcp explain tenant.yaml
  function-mcp explain tenant/ platform.yaml --instance hub
  kubectl get secret,configmap,deployment -n tas-acme -o yaml | function-mcp explain tenant.yaml --observed -
  function-mcp explain tenant.yaml --json | jq '.instances[].selected[] | select(.usable | not)'
  function-mcp explain tenant.yaml --json | jq -r '.problems[] | "\\(.at): \\(.field): \\(.message)"'
  function-mcp explain tenant.yaml --full > explanation.txt || echo "not usable: exit code $?"`,
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (files: string[], flags: ExplainFlags) => {
      const { runExplain } = await import('./run.ts');
      // A reader such as `head` may close the pipe early.
      process.stdout.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error;
      });
      process.exitCode = await runExplain({ files, observed: [], ...flags }, process);
    });
};

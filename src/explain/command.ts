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

/** Adds `explain`, which says offline what the function would do with some YAML. */
export const addExplain = (program: Command): void => {
  program
    .command('explain')
    .summary('say what an Instance would select and render, without a cluster')
    .description(
      'Reads YAML as tenants write it (claims or their composites, Secrets, ConfigMaps, the EnvironmentConfig function-mcp, a function Input), runs the function on it in this process, and says per Instance what is selected, what is not and why, what is not usable and what to do, and what is rendered. A claim is read as the namespaced composite that its YAML also is. Values of Secrets are never shown. Nothing is read from or sent to a cluster.',
    )
    .argument('<files...>', 'YAML or JSON files, folders of them, or - for standard input')
    .option('--observed <file>', 'what exists, to compare with: file, folder or -; may be repeated', collect)
    .option('--instance <name>', 'explain this Instance only')
    .option('--namespace <namespace>', 'of objects that name none', 'default')
    .option('--json', 'print JSON, for machines', false)
    .option('--full', 'show long lists, configurations and differences whole', false)
    .addOption(
      new Option('--color <when>', 'auto is: on a terminal, unless NO_COLOR is set')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .addHelpText(
      'after',
      `
Exit codes:
  0  every Instance is usable, with all that it selects
  1  something is not usable
  2  wrong usage, an unreadable file, or YAML that is none

Examples:
  function-mcp explain tenant.yaml
  function-mcp explain tenant/ platform.yaml --instance hub
  kubectl get secret,configmap,deployment -n tas-acme -o yaml | function-mcp explain tenant.yaml --observed -
  function-mcp explain tenant.yaml --json | jq '.instances[].selected[] | select(.usable | not)'`,
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (files: string[], flags: ExplainFlags) => {
      const { runExplain } = await import('./run.ts');
      // such as `| head`, which has read enough
      process.stdout.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error;
      });
      process.exitCode = await runExplain({ files, observed: [], ...flags }, process);
    });
};

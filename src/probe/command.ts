import { type Command, InvalidArgumentError, Option } from 'commander';
import { keepHeapSmallest } from '../process/heap.ts';

const whole = (least: number, most: number) => (text: string) => {
  const number = Number(text);
  if (!/^[0-9]{1,12}$/.test(text) || number < least || number > most) {
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  }
  return number;
};

/** Adds `probe`, the command of the companion of an Instance. */
export const addProbe = (program: Command): void => {
  program
    .command('probe')
    .summary('check the Resources of an Instance and write their status')
    .description(
      'Runs in the probe pod of an Instance. Checks every Resource in the targets file, and writes the result to the status of the Resource. Reloads its files when they change. Exits with status 0 after SIGTERM, and with status 1 if it cannot start.',
    )
    .requiredOption('--targets <file>', 'mounted targets file')
    .option('--credentials <dir>', "the Instance's mounted Secret", '/probe/credentials')
    .option('--config <dir>', 'folder with the certificate authorities', '/probe/config')
    .option('--port <number>', 'port of /healthz and /metrics', whole(0, 65_535), 8081)
    .option(
      '--concurrency <number>',
      'maximum number of checks that start at the same time',
      whole(1, 256),
      16,
    )
    .option('--once', 'check everything once, print the results, and exit; needs no API server', false)
    .option('--json', 'with --once: print JSON', false)
    .option(
      '--api-server <url>',
      'URL of the API server (default: the API server of the cluster that the pod runs in)',
    )
    .option('--token-file <file>', "file with the bearer token (default: the pod's service account)")
    .option(
      '--ca-file <file>',
      "certificates to verify the API server with (default: the pod's service account)",
    )
    .addOption(
      new Option('--log-level <level>', 'minimum level of log messages')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .addHelpText(
      'after',
      `
Environment:
  CREDENTIALS_REVISION  minimum revision of the credentials (default 0)

With --once, exits with status 0 if every Resource is connected, otherwise with status 1.

Examples:
  function-mcp probe --once --targets targets.json --credentials creds --config config
  function-mcp probe --targets targets.json --api-server http://127.0.0.1:8001    with kubectl proxy`,
    )
    .action(async ({ once, json, apiServer, ...options }) => {
      keepHeapSmallest();
      const { runOnce, runProbe } = await import('./main.ts');
      const revision = whole(0, 1e12)(process.env['CREDENTIALS_REVISION'] ?? '0');
      const settings = { ...options, credentialsRevision: revision };
      process.exitCode = once
        ? await runOnce({ ...settings, json })
        : await runProbe({ ...settings, ...(apiServer !== undefined && { server: apiServer }) });
    });
};

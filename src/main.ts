import { Command } from 'commander';
import { addExplain } from './explain/command.ts';
import { addFunction } from './grpc/command.ts';
import { addProbe } from './probe/command.ts';
import { release } from './process/release.ts';
import { addBridge } from './proxy/bridge-command.ts';
import { addGate } from './proxy/gate-command.ts';
import { addRenderConfig } from './renderer/command.ts';

const program = new Command('function-mcp')
  .description(
    'A Crossplane composition function that runs MCP servers for many tenants, and the commands that run in the pods of its Instances.',
  )
  .version(release.version)
  .showHelpAfterError();

addFunction(program);
addRenderConfig(program);
addProbe(program);
addBridge(program);
addGate(program);
addExplain(program);

program
  .command('generate')
  .summary('generate the XRDs, Compositions, the Input and the reference from the schemas')
  .option('--check', 'only compare, and exit with status 1 if a file differs', false)
  .option('--out <dir>', 'root folder of the generated files', '.')
  .action(async (options: { check: boolean; out: string }) => {
    const [{ runGenerate }, { serverTypes }] = await Promise.all([
      import('./generate/run-generate.ts'),
      import('./servers/registry.ts'),
    ]);
    process.exitCode = await runGenerate(serverTypes, options);
  });

await program.parseAsync();

import { Command } from 'commander';
import { addBridge } from '../../../src/proxy/bridge-command.ts';

const program = new Command('function-mcp').showHelpAfterError();
addBridge(program);
await program.parseAsync();

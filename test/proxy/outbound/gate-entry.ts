import { Command } from 'commander';
import { addGate } from '../../../src/proxy/gate-command.ts';

const program = new Command('function-mcp').showHelpAfterError();
addGate(program);
await program.parseAsync();

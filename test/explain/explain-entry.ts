import { Command } from 'commander';
import { addExplain } from '../../src/explain/command.ts';

const program = new Command('function-mcp').showHelpAfterError();
addExplain(program);
await program.parseAsync();

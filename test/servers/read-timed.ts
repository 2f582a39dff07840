/**
 * Reads the hostile documents in a process with little memory, and prints the processor time of each in milliseconds, at
 * a size and at four times the size. The arguments are the larger size and the names of the shapes.
 */
import { readOpenApi } from '../../src/servers/api/openapi/read.ts';
import { shapes } from './hostile-documents.ts';

const [size, ...names] = process.argv.slice(2);

const timeOf = (text: string): number => {
  const before = process.threadCpuUsage();
  readOpenApi(text);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
};

// compiles what the shapes run
for (const make of Object.values(shapes)) readOpenApi(make(20_000));
for (const name of names) {
  const make = shapes[name];
  if (!make) throw new Error(`no shape is called ${name}`);
  const [small, large] = [make(Number(size) / 4), make(Number(size))];
  process.stdout.write(`${JSON.stringify([name, timeOf(small), timeOf(large)])}\n`);
}

/** The least that a TypeScript function can do: the SDK's own server around a handler that returns at once. */
import { FunctionRunner, newGrpcServer, startServer, to } from '@crossplane-org/function-sdk-typescript';
import { pino } from 'pino';

const [address = '127.0.0.1:9443'] = process.argv.slice(2);
const log = pino({ level: 'silent' });
const handler = new FunctionRunner({ RunFunction: (request) => Promise.resolve(to(request)) }, log);

startServer(newGrpcServer(handler, log), { address, insecure: true }, log);

import { serveCalls } from '../../../src/grpc/net/worker.ts';
import { hostile } from './hostile.ts';

serveCalls(hostile);

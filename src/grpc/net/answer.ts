import type { RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import { describeFailure, type Failure } from '../../contract/failure.ts';
import { objectAt, stringAt } from '../../contract/observed.ts';
import { failedResponse } from '../../function/failed-response.ts';
import type { Handler } from '../handler.ts';
import { decodeRequest } from '../wire/request.ts';
import { encodeResponse } from '../wire/response.ts';
import { WireError } from '../wire/wire-error.ts';

/** What a call came to: an answer, with the bug that was met; or why the request cannot be read or taken. */
export type Answer =
  | { bytes: Uint8Array; failure?: Failure & Called }
  | { problem: string }
  | { refused: string };

/** Decodes, runs and encodes. A bug of the handler becomes a fatal result. */
export const answerBytes = (bytes: Uint8Array, handler: Handler): Answer => {
  let request: RunFunctionRequest;
  try {
    request = decodeRequest(bytes);
  } catch (error) {
    return { problem: error instanceof WireError ? error.message : 'unreadable' };
  }
  try {
    return { bytes: encodeResponse(handler(request)) };
  } catch (error) {
    const failure = describeFailure(error);
    return {
      bytes: encodeResponse(failedResponse(request, failure)),
      failure: { ...failure, ...calledOf(request) },
    };
  }
};

/** Which composite a request is about, as its tenant knows it, for the log. */
type Called = Record<'kind' | 'namespace' | 'name', string>;

const calledOf = ({ observed }: RunFunctionRequest): Called => {
  const xr = observed?.composite?.resource;
  const claim = objectAt(xr, 'spec', 'claimRef');
  const metadata = objectAt(xr, 'metadata');
  const either = (key: string): string => stringAt(claim, key) ?? stringAt(metadata, key) ?? '';
  const kind = stringAt(claim, 'kind') ?? stringAt(xr, 'kind') ?? '';
  return {
    kind: kind.slice(0, 63),
    namespace: either('namespace').slice(0, 63),
    name: either('name').slice(0, 253),
  };
};

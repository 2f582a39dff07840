/** A Node process that has the SDK loaded and does nothing: what memory is held against. */
import '@crossplane-org/function-sdk-typescript';

setInterval(() => {}, 60_000);
process.stdout.write('idle\n');

/** File name of the module below, beside the configuration. */
export const lastRequestsFile = 'last-requests.mjs';

/**
 * A module that Node loads before DBHub. DBHub does not shut down gracefully: it ignores SIGTERM as PID 1, and otherwise
 * SIGTERM aborts calls in progress. With this module, DBHub keeps serving for 15 s after SIGTERM, while nodes remove the
 * pod from the Service and every response asks its client to reconnect. Then it exits after the last call.
 * https://nodejs.org/api/diagnostics_channel.html#http
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
export const lastRequests = `import { subscribe } from 'node:diagnostics_channel';

const seconds = Number(process.env.LAST_REQUESTS_SECONDS ?? 15);
const servers = new Set();
const answers = new Set();
let ending = false;
let closed = false;

// An answer to a call asks to keep the connection, when its head is written.
const close = (answer) => {
  const { writeHead } = answer;
  answer.writeHead = (status, ...rest) => {
    const headers = rest.find((each) => typeof each === 'object') ?? {};
    for (const [name, value] of Object.entries(headers)) answer.setHeader(name, value);
    answer.setHeader('connection', 'close');
    return writeHead.call(answer, status);
  };
};
const endIfIdle = () => closed && answers.size === 0 && process.exit(0);

subscribe('http.server.request.start', ({ response, server }) => {
  servers.add(server);
  answers.add(response);
  if (ending) close(response);
  response.once('close', () => {
    answers.delete(response);
    endIfIdle();
  });
});

process.once('SIGTERM', () => {
  ending = true;
  answers.forEach(close);
  setTimeout(() => {
    closed = true;
    for (const server of servers) server.close();
    endIfIdle();
  }, seconds * 1000);
});
`;

// The one server: hands the built window to a browser on this machine. Bound to 127.0.0.1, Host header checked,
// answers from the table of built files only; it never reads a path from a request and never connects anywhere.
import { createServer, type Server } from 'node:http';
import { answerRequest, type FileTable } from '../electron/app-protocol.ts';

/** A running loopback server. */
export interface LoopbackServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a table of files on a loopback port (0 = any free one). */
export async function serveLoopback(table: FileTable, port = 0): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    const host = request.headers.host ?? '';
    const own = `127.0.0.1:${portOf(server)}`;
    const answer =
      host === own || host === `localhost:${portOf(server)}`
        ? answerRequest(table, request.method ?? '', `http://${host}${request.url ?? ''}`, `http://${host}`)
        : answerRequest(table, 'GET', 'refused:');
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close(error => {
          if (error === undefined) resolve();
          else reject(error);
        });
      }),
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

// Something that looks like a nats-server of another version without JetStream: it greets, and answers every
// request by saying that nobody is there.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface OldServer {
  url: string;
  stop(): Promise<void>;
}

export async function startOldServer(version: string): Promise<OldServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    greet(socket, version);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    url: `nats://127.0.0.1:${address.port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function greet(socket: Socket, version: string): void {
  const info = { server_id: 'OLD', version, proto: 1, headers: true, max_payload: 1_048_576 };
  socket.write(`INFO ${JSON.stringify(info)}\r\n`);
  let inbox = '0';
  createInterface({ input: socket }).on('line', (line) => {
    const [verb = '', first = '', second = '', third = ''] = line.split(' ');
    if (verb === 'PING') socket.write('PONG\r\n');
    if (verb === 'SUB' && first.startsWith('_INBOX')) inbox = third || second;
    const isRequest = (verb === 'PUB' || verb === 'HPUB') && second.startsWith('_INBOX');
    if (isRequest) socket.write(`HMSG ${second} ${inbox} 16 16\r\nNATS/1.0 503\r\n\r\n\r\n`);
  });
}

// The nats-server that a process starts for itself, and the note by which other commands find it.
// It must never leave the note behind: whoever reads it would wait for a server that is gone.
import { type EmbeddedServer, startEmbeddedServer } from '../transport/nats/embedded-server.ts';
import { findNatsServer } from '../transport/nats/server-binary.ts';
import type { AppOptions } from './app-options.ts';
import { leaveServerNote, withdrawServerNote } from './connection-note.ts';

/** @throws STORE_IN_USE, NATS_SERVER_MISSING, NATS_SERVER_TOO_OLD */
export async function startServer(
  options: Pick<AppOptions, 'natsServer' | 'log'>,
  stateDir: string,
): Promise<EmbeddedServer> {
  const { override, path, cacheDirectory } = options.natsServer;
  const report = (line: string) => options.log.info({}, line);
  const { binary } = await findNatsServer({ override, path, cacheDir: cacheDirectory, report });
  const server = await startEmbeddedServer({ binary, stateDir, report });
  await leaveServerNote(stateDir, server);
  return {
    ...server,
    async stop() {
      await withdrawServerNote(stateDir);
      await server.stop();
    },
  };
}

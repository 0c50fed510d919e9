// A nats-server for one measurement, with its process id, so that what it costs can be counted.
// It must never outlive this process.
import { startEmbeddedServer } from '../../transport/nats/embedded-server.ts';
import { natsServerBinary } from '../support/nats-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

export interface BenchServer {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** On an empty store of its own unless `stateDir` names one. */
export async function startBenchServer(
  syncAlways: boolean,
  stateDir = temporaryDirectory(),
): Promise<BenchServer> {
  const { binary } = await natsServerBinary();
  const report = (line: string) => void process.stderr.write(`${line}\n`);
  const server = await startEmbeddedServer({
    ...{ binary, stateDir, syncAlways, report },
  });
  // A benchmark that fails half way ends by an exit, which stops nothing in order.
  const killAtExit = () => process.kill(server.pid, 'SIGKILL');
  process.prependOnceListener('exit', killAtExit);
  server.onExit(() => void process.off('exit', killAtExit));
  const stop = async () => {
    process.off('exit', killAtExit);
    await server.stop();
  };
  return { url: server.url, pid: server.pid, stop };
}

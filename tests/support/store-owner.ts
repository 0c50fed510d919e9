// A process that runs an embedded server and waits to be killed, for tests of what it leaves behind.
// Usage: store-owner.ts <binary> <state directory>; prints one line of JSON: { url, pid }.
import { startEmbeddedServer } from '../../transport/nats/embedded-server.ts';

const [binary = '', stateDir = ''] = process.argv.slice(2);
const server = await startEmbeddedServer({
  binary,
  stateDir,
  syncAlways: false,
  report: (line) => void process.stderr.write(`${line}\n`),
});
process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.pid })}\n`);
// The pipe keeps this process alive, and ends it when the test process is gone.
process.stdin.once('end', () => process.exit(0)).resume();

// A host in a process of its own, so that it can be killed. Started by host-process-control.ts with its
// options as an argument; says `ready` over the channel, and ends when the channel closes.
import { armFaults } from '../../transport/process/fault-point.ts';
import { startTestHost, type TestHostOptions } from './test-host.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as TestHostOptions & { fault?: string };
process.once('disconnect', () => process.exit(0));
const started = await startTestHost(options);
// Taking over is not what the test counts passages of.
armFaults(options.fault);
process.send?.('ready');
process.once('message', async () => {
  await started.stop();
  process.disconnect();
});

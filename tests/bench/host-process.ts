// A host in a process of its own, so that its memory and processor time are its own. Started by host-child.ts;
// it answers what it is asked over the channel, and ends when the channel closes.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type BenchHostOptions, startBenchHost } from './bench-host.ts';
import type { HostAnswer, HostQuestion } from './host-child.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const options = JSON.parse(process.argv[2] ?? '{}') as BenchHostOptions;
process.once('disconnect', () => process.exit(0));
const started = await startBenchHost(options);
answer({});
process.on('message', async (question: HostQuestion) => {
  if (question.ask === 'memory') return answer(memory());
  if (question.ask === 'join') await started.host.setMembers(question.members);
  if (question.ask === 'stop') await started.stop();
  answer({});
  if (question.ask === 'stop') process.disconnect();
});

function memory(): HostAnswer {
  // What finalizers let go of is collected by the next one.
  for (let pass = 0; pass < 3; pass += 1) collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapBytes: heapUsed + external, rssBytes: rss };
}

function answer(given: HostAnswer): void {
  process.send?.(given);
}

// How long `onceward up` takes on an empty store and on one full of waiting runs, until every partition
// answers; and what it costs when it then has nothing to do.
import { setTimeout as wait } from 'node:timers/promises';
import { readConnectionNote } from '../../services/queries/connection-file.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { answeredMs } from './answers.ts';
import { startBenchClient } from './bench-host.ts';
import { cpuSecondsOf } from './cpu-time.ts';
import { startFleetProcess } from './fleet-process.ts';
import { type Benchmark, bar, print } from './measurement.ts';
import { STORED_RUNS, storedRuns } from './stored-runs.ts';
import { cpuPercent, SECOND_LOOK_MS, untilQuiet } from './waiting-runs.ts';

const LOOK_MS = 10;
const LOOKS = 3_000;
const IDLE_SECONDS = 10;

export const benchStartUp: Benchmark = async () => {
  await startUp(temporaryDirectory(), 0);
  const found = await startUp(await storedRuns(), STORED_RUNS);
  bar('start-up with stored runs, until every partition answers, s', found.answeredMs / 1_000, {
    atMost: 3,
  });
  bar('onceward up with waiting runs, idle CPU in %', found.idleCpuPercent, { atMost: 1 });
};

async function startUp(stateDir: string, storedCount: number) {
  const startedMs = performance.now();
  const since = () => performance.now() - startedMs;
  const up = startFleetProcess({ role: 'all', stateDir });
  const readyMs = up.ready.then(since);
  readyMs.catch(() => {});
  const url = await serverOf(stateDir, up.pid);
  const serverMs = since();
  const client = await startBenchClient(url, 'asker');
  await answeredMs(client);
  const answered = since();
  const cpuSeconds = cpuSecondsOf(up.pid);
  const figures = { serverMs, readyMs: await readyMs, answeredMs: answered, cpuSeconds };
  print({ figure: 'start-up', storedRuns: storedCount, ...figures });
  const settledMs = since() + (await untilQuiet(up.pid));
  // The host looks once more at what it took over.
  await wait(SECOND_LOOK_MS);
  await untilQuiet(up.pid);
  const [idleCpuPercent = Number.NaN] = await cpuPercent([up.pid], IDLE_SECONDS);
  await client.close();
  await up.kill('SIGTERM');
  print({ figure: 'idle after start-up', storedRuns: storedCount, settledMs, idleCpuPercent });
  return { ...figures, idleCpuPercent };
}

/** Where the embedded server of this process listens, once it does. */
export async function serverOf(stateDir: string, pid: number): Promise<string> {
  for (let look = 0; look < LOOKS; look += 1) {
    const note = await readConnectionNote(stateDir);
    if (note !== null && note.pid === pid) return note.natsUrl;
    await wait(LOOK_MS);
  }
  throw new Error(`onceward up has not started its server within ${LOOKS * LOOK_MS} ms`);
}

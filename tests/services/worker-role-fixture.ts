// A worker role over a queue in memory, whose jobs last until the test ends them.
// It must never carry anything out by itself: a job is under way while its record is being read.
import { readConfigurationText } from '../../services/config/load.ts';
import type { Configuration } from '../../services/config/schema.ts';
import { startWorkerRole, type WorkerRoleOptions } from '../../services/worker-role.ts';
import type { Bucket, Job, JobLane, JobSource } from '../../transport/ports.ts';
import { eventually } from '../support/eventually.ts';
import { createMemoryBucket } from '../support/memory-bucket.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { createVirtualClock, type VirtualClock } from '../support/virtual-clock.ts';

const TICK_MS = 5;

/** One project, `shop`, in one pool. */
export function configured({ slots = 1, pool = 'default' } = {}): Configuration {
  const text = `\
version: 1
projects:
  shop: { repository: ./shop.git, pipeline: standard }
pools:
  default: { slots: ${slots} }
  gpu: { slots: ${slots} }
pipelines:
  standard:
    stages:
      - { name: build, kind: command, command: make, pool: ${pool} }
`;
  const reading = readConfigurationText(text, { file: 'onceward.yaml' });
  if (reading.outcome !== 'valid') throw new Error('the configuration of the test is not valid');
  return reading.configuration;
}

export async function setup(given: Partial<WorkerRoleOptions> = {}) {
  const clock = createVirtualClock();
  const queue = createQueue();
  const reads = createReads();
  const warnings: { fields: Record<string, unknown>; message: string }[] = [];
  const silent = () => {};
  const role = await startWorkerRole({
    ...{ clock, source: queue.source, runs: reads.bucket },
    items: createMemoryBucket({ name: 'onceward-items' }),
    merges: createMemoryBucket({ name: 'onceward-merges' }),
    deployments: createMemoryBucket({ name: 'onceward-deployments' }),
    accounts: createMemoryBucket({ name: 'onceward-accounts' }),
    archive: createMemoryBucket({ name: 'onceward-archive' }),
    asker: { ask: () => Promise.reject(new Error('nothing is asked')) },
    ...{ identity: 'worker-1', machine: 'machine-1', environment: {} },
    stateDirectory: temporaryDirectory(),
    configuration: configured(),
    log: {
      ...{ info: silent, error: silent },
      warn: (fields, message) => void warnings.push({ fields, message }),
    },
    ...given,
  });
  await clock.advance(0);
  return { clock, queue, reads, role, warnings };
}

/** Real processes end at their own pace, and whoever looks whether they are gone waits on the clock of the test. */
export async function passTimeUntil(
  clock: VirtualClock,
  happening: Promise<unknown>,
): Promise<void> {
  let isOver = false;
  void happening.then(() => {
    isOver = true;
  });
  await eventually(async () => {
    await clock.advance(TICK_MS);
    return isOver;
  }, TICK_MS);
}

function createQueue() {
  const waiting: { pool: string; lane: JobLane; body: string }[] = [];
  const opened: string[] = [];
  const log: string[] = [];
  const hints = new Set<(project: string) => void>();
  let failure: Error | null = null;
  const jobOf = (body: string): Job => ({
    ...{ body, deliveries: 1 },
    working: () => {},
    done: () => void log.push('done'),
    retry: () => void log.push('retry'),
  });
  const source: JobSource = {
    async open({ pool, project }) {
      if (failure !== null) throw failure;
      opened.push(`${pool} ${project}`);
    },
    async take({ pool, lane }) {
      const at = waiting.findIndex((job) => job.pool === pool && job.lane === lane);
      const taken = at === -1 ? [] : waiting.splice(at, 1);
      return taken.map(({ body }) => jobOf(body));
    },
    onHint(_of, callback) {
      hints.add(callback);
      return () => void hints.delete(callback);
    },
  };
  return {
    ...{ source, opened, log },
    failWith(error: Error | null) {
      failure = error;
    },
    add(lane: JobLane, address: string, pool = 'default') {
      const kind = lane === 'work' ? 'work' : 'evaluate';
      waiting.push({ pool, lane, body: JSON.stringify({ v: 1, address, kind, epoch: 1 }) });
      for (const hint of hints) hint('shop');
    },
  };
}

/** Reads that wait until the test lets go of them: then there is no record, and the job is done with. */
function createReads() {
  const underWay = new Map<string, () => void>();
  const bucket: Bucket = {
    ...createMemoryBucket({ name: 'onceward-runs' }),
    read: (key) =>
      new Promise((resolve) => {
        underWay.set(key, () => resolve(null));
      }),
  };
  return {
    bucket,
    keys: () => [...underWay.keys()].sort(),
    end(key: string) {
      underWay.get(key)?.();
      underWay.delete(key);
    },
  };
}

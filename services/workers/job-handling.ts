// What a worker does with one job: reads the records it speaks of, and carries out, evaluates or cleans up.
// A job is only a hint. The record decides whether there is anything to do.
import { z } from 'zod';
import { itemAddress, parseAddress } from '../../machines/address.ts';
import { stateName } from '../../machines/record.ts';
import type { RunContext } from '../../machines/run/context.ts';
import { itemContextOf, runContextOf } from '../../machines/typed-context.ts';
import type { Bucket } from '../../transport/ports.ts';
import { decodeEntry } from '../actors/record-cache.ts';
import { cleanUp } from './cleanup.ts';
import { carryDeployment } from './deploying/carry-deployment.ts';
import { evaluateOnly } from './evaluation.ts';
import type { JobFacts } from './job-facts.ts';
import { carryTrial } from './merging/carry-trial.ts';
import { carryOut } from './stage-run.ts';
import type { WorkerDeps } from './worker-deps.ts';

const jobSchema = z.object({
  v: z.literal(1),
  address: z.string(),
  kind: z.enum(['work', 'evaluate', 'cleanup', 'merge', 'deploy']),
  epoch: z.number().int(),
});

export interface JobHandlingOptions {
  deps: Omit<WorkerDeps, 'cancelSignal'>;
  runs: Bucket;
  items: Bucket;
  merges: Bucket;
  deployments: Bucket;
  log: (fields: Record<string, unknown>, message: string) => void;
}

export interface JobHandling {
  /**
   * `later` gives the job back to the queue for another worker. What could not be done here for good,
   * such as ending a process of another machine, is `done`: the run's own deadline asks again.
   */
  carry(body: string): Promise<'done' | 'later'>;
  /** Ends every command under way, proves it gone and hands the runs back. */
  abort(): void;
}

export function createJobHandling(options: JobHandlingOptions): JobHandling {
  const { deps, log } = options;
  const stopping = new AbortController();

  const carry = async (body: string): Promise<'done' | 'later'> => {
    if (stopping.signal.aborted) return 'later';
    const job = parseJob(body);
    if (job?.kind === 'merge' || job?.kind === 'deploy') return carryLeased(job);
    const facts = job === null ? null : await readFacts(job.address, options);
    if (job === null || facts === null || facts.epoch !== job.epoch) return 'done';
    const startedMs = deps.clock.monotonicMs();
    const outcome = await perform(job.kind, facts);
    const durationMs = Math.round(deps.clock.monotonicMs() - startedMs);
    log({ address: facts.address, job: job.kind, outcome, durationMs }, 'job ended');
    return 'done';
  };

  const perform = async (kind: Exclude<Job['kind'], 'merge' | 'deploy'>, facts: JobFacts) => {
    if (kind === 'evaluate') return evaluateOnly(facts, deps);
    if (kind === 'cleanup') return cleanUp(facts, deps);
    const outcome = await carryOut(facts, { ...deps, cancelSignal: stopping.signal });
    if (outcome !== 'refused' && outcome !== 'claim-won' && stopping.signal.aborted) {
      await handBack(facts);
    }
    return outcome;
  };

  /** A merge queue or a deployment: what there is to do is decided by its record, under its lease. */
  const carryLeased = async ({ address, kind, epoch }: Job): Promise<'done'> => {
    const startedMs = deps.clock.monotonicMs();
    const { merges, deployments } = options;
    const given = { ...deps, merges, deployments, cancelSignal: stopping.signal };
    const outcome =
      kind === 'merge'
        ? await carryTrial({ address, trial: epoch }, given)
        : await carryDeployment({ address, operation: epoch }, given);
    const durationMs = Math.round(deps.clock.monotonicMs() - startedMs);
    log({ address, job: kind, outcome, durationMs }, 'job ended');
    return 'done';
  };

  /** Its process is gone by now; the next worker need not wait until this one is missed. */
  const handBack = async ({ address, epoch }: JobFacts): Promise<void> => {
    const data = { epoch, worker: deps.worker, evidence: 'the worker stopped in order' };
    await deps.asker.ask({ address, type: 'worker-lost', data });
  };

  return { carry, abort: () => stopping.abort() };
}

type Job = z.infer<typeof jobSchema>;

function parseJob(body: string): Job | null {
  try {
    return jobSchema.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
}

/** Null when the run or its item is no longer active: then the job has nothing to say. */
async function readFacts(
  address: string,
  { runs, items }: Pick<JobHandlingOptions, 'runs' | 'items'>,
): Promise<JobFacts | null> {
  const parsed = parseAddress(address);
  if (parsed === null) return null;
  const run = await readRecord(runs, parsed.key);
  const itemKey = itemAddress(parsed.project, parsed.subject).slice('item.'.length);
  const item = await readRecord(items, itemKey);
  if (run === null || item === null) return null;
  const context = runContextOf(run.record);
  const { title, body, pipeline } = itemContextOf(item.record);
  const { project, attempt, epoch, stage, feedback, headSha, exit } = context;
  // Not there in the records of before.
  const { session = null, dailyCaps = {} } = context;
  const { repository, baseBranch } = pipeline;
  const state = stateName(run.record.state);
  return {
    ...{ address, project, item: context.item, stage, attempt, epoch, title, body },
    ...{ repository, baseBranch, feedback, headSha, exit, revision: run.revision },
    ...{ session, dailyCaps },
    state,
    leftover: currentProcess(state, context) ?? context.leftover,
    machine: context.machine,
    // Not there in the records of before.
    traceparent: context.traceparent ?? null,
  };
}

/** While a run is being cancelled, the process to be ended is still the current one. */
function currentProcess(state: string, context: RunContext): JobFacts['leftover'] {
  const { processGroup, machine } = context;
  if (state !== 'cancelling' || processGroup === null || machine === null) return null;
  return { machine, ...processGroup };
}

async function readRecord(bucket: Bucket, key: string) {
  const entry = await bucket.read(key);
  const loaded = entry === null ? null : decodeEntry(entry);
  return loaded?.status === 'stored' ? loaded.stored : null;
}

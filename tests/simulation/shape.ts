// The shape of a simulated world, drawn from its seed: its fleet, its pipeline, its items and its limits.
// It must never depend on which faults are switched on: a seed has one shape.
import { type Configuration, configurationSchema } from '../../services/config/schema.ts';
import { createPrng, type Prng } from '../support/prng.ts';
import { type DeployShape, drawDeployWorld } from './deploy-shape.ts';
import { drawMergeWorld, type MergeShape } from './merge-shape.ts';

export const PROJECT = 'shop';
export const POOL = 'default';

export interface Shape {
  hosts: number;
  workers: number;
  /** All workers on one machine, or each on its own. */
  machines: number;
  items: string[];
  /** All items are opened at the same moment, so that their commits gather into batches. */
  isBurst: boolean;
  partitions: number;
  /** How long faults strike, in milliseconds. */
  troubledMs: number;
  configuration: Configuration;
  /** Null where no pipeline ends with a merge queue. */
  merge: MergeShape | null;
  /** Null where no pipeline brings anything into an environment. */
  deploy: DeployShape | null;
}

const STAGE_NAMES = ['build', 'check', 'ship'];
const BURST_ITEMS = 140;

export function drawShape(prng: Prng): Shape {
  const isBurst = prng.isLucky(0.001);
  const count = isBurst ? BURST_ITEMS : prng.pick([1, 1, 1, 1, 1, 1, 2, 3]);
  const apart = createPrng(prng.seed ^ 0xa11ce);
  const isSpending = !isBurst && apart.isLucky(0.4);
  const merged = isBurst ? null : drawMergeWorld(prng.seed);
  const deploying = isBurst || merged !== null ? null : drawDeployWorld(prng.seed);
  const merging = merged ?? deploying;
  const usual = isBurst ? [externalStage('build')] : drawStages(prng);
  const written = merging?.stages ?? usual;
  const isChecked = !isBurst && createPrng(prng.seed ^ 0xc4ec).isLucky(0.3);
  const drawn = isChecked ? written.map(checkedStage) : written;
  const stages = isSpending ? drawn.map((stage) => spendingStage(apart, stage)) : drawn;
  const caps = isSpending ? drawCaps(apart) : {};
  const workers = prng.pick([1, 1, 2]);
  return {
    hosts: prng.pick([1, 1, 2]),
    workers,
    machines: prng.integer(1, workers),
    items: Array.from({ length: merging?.items ?? count }, (_, at) => `i${at + 1}`),
    isBurst,
    partitions: prng.pick([1, 2, 4]),
    troubledMs: prng.integer(2_000, 9_000),
    configuration: configurationOf(prng, stages, caps),
    merge: merging?.merge ?? null,
    deploy: deploying?.deploy ?? null,
  };
}

/** An agent that lives by an account, in place of a command. */
function spendingStage(apart: Prng, stage: StageInput): StageInput {
  if (stage['kind'] !== 'agent') return stage;
  const { command, ...others } = stage;
  const caps = apart.isLucky(0.3) ? { caps: { turns: apart.integer(2, 6) } } : {};
  return { ...others, agent: { adapter: 'claude', executable: command }, ...caps };
}

interface WorldCaps {
  item?: Record<string, number>;
  day?: Record<string, number>;
}

function drawCaps(apart: Prng): WorldCaps {
  return {
    ...(apart.isLucky(0.2) ? { item: { turns: apart.integer(4, 20) } } : {}),
    ...(apart.isLucky(0.3) ? { day: { turns: apart.integer(4, 20) } } : {}),
  };
}

type StageInput = Record<string, unknown>;

function drawStages(prng: Prng): StageInput[] {
  const count = prng.pick([1, 1, 2, 2, 2, 3]);
  return STAGE_NAMES.slice(0, count).map((name, at) => {
    const isLast = at === count - 1;
    const kind = prng.pick(['agent', 'agent', 'command', 'command', 'external', 'approval']);
    if (kind === 'approval') return drawApproval(prng, name, at);
    if (kind === 'external') return { ...externalStage(name), ...drawBudgets(prng) };
    const gates = prng.pick([[{ kind: 'exit' }], [{ kind: 'exit' }], [VERDICT_GATE]]);
    const command = isLast || prng.isLucky(0.2) ? 'land' : 'work';
    const onFail = prng.isLucky(0.3) && at > 0 ? { onFail: STAGE_NAMES[at - 1] } : {};
    return { name, kind, command, gates, wallClockMs: 8_000, ...onFail, ...drawBudgets(prng) };
  });
}

const VERDICT_GATE = { kind: 'verdict', path: 'verdict.json' };

function externalStage(name: string): StageInput {
  return { name, kind: 'external' };
}

/** What a publisher would have said is seen by hosts instead. */
function checkedStage(stage: StageInput): StageInput {
  return stage['kind'] === 'external' ? { ...stage, kind: 'checks' } : stage;
}

function drawApproval(prng: Prng, name: string, at: number): StageInput {
  const onReject = prng.isLucky(0.5) && at > 0 ? { onReject: STAGE_NAMES[at - 1] } : {};
  return { name, kind: 'approval', approve: prng.pick(['manual', 'auto']), ...onReject };
}

function drawBudgets(prng: Prng): StageInput {
  const budgets = {
    product: prng.integer(1, 2),
    infra: prng.integer(1, 3),
    inconclusive: 1,
    unobserved: prng.integer(1, 2),
  };
  return { budgets, killGraceMs: 300, onExhausted: prng.pick(['park', 'park', 'fail']) };
}

function configurationOf(prng: Prng, stages: StageInput[], caps: WorldCaps): Configuration {
  return configurationSchema.parse({
    version: 1,
    settings: {
      graceMs: prng.integer(3_000, 8_000),
      finalizeTimeoutMs: 2_000,
      claimLeaseMs: prng.integer(1_000, 4_000),
      progressMs: 1_500,
      queueStallMs: prng.integer(4_000, 10_000),
      startTimeoutMs: prng.integer(4_000, 8_000),
      evaluationTimeoutMs: prng.integer(3_000, 8_000),
      presenceTtlMs: 4_000,
      sweepMs: 1_000,
      bootGraceMs: prng.pick([0, 2_000]),
      outageHoldMs: 5_000,
      approvalReminderMs: 60_000,
      jobAckWaitMs: 4_000,
      retryBackoffMs: 500,
      retryBackoffCapMs: 2_000,
      capDecisionMs: 2_000,
      outageBackoffMs: 1_000,
      outageBackoffCapMs: 4_000,
      commitMode: prng.pick(['batch', 'batch', 'single']),
    },
    pools: { [POOL]: { slots: prng.integer(1, 2) } },
    projects: {
      [PROJECT]: {
        ...{ repository: '/remote', pipeline: 'main', maxConcurrentRuns: 4 },
        ...(caps.day && { dailyCaps: caps.day }),
      },
    },
    pipelines: { main: { stages, ...(caps.item && { caps: caps.item }) } },
  });
}

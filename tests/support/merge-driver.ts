// A merge queue with a model of everything around it: the base, a worker, and tests of a fixed duration.
// Time is virtual, and only passes while candidates are tested, or the queue waits for a deadline.
import { decide } from '../../machines/decide.ts';
import type { Effect } from '../../machines/effect.ts';
import type { Door } from '../../machines/event.ts';
import type { Candidate, MergeContext, Trial } from '../../machines/merge/context.ts';
import { type Stage, stageSchema } from '../../machines/pipeline.ts';
import { type Stored, settle, stateName } from '../../machines/record.ts';
import { createPrng } from './prng.ts';

export const QUEUE = 'merge.shop.main';
const OPENED_AT_MS = 1_000_000;
const MAX_STEPS = 100_000;

export type Judgement = 'pass' | 'product_fail' | 'infra_error';

/** What a test run is of: the members of the trial, on top of everything that has landed. */
export interface Tested {
  members: readonly string[];
  landed: ReadonlySet<string>;
  /** 1 for the first test run of all. */
  run: number;
}

export interface DriverOptions {
  batchSize?: number;
  redTrials?: number;
  /** How long each test run takes. */
  testMs?: number;
  /** More of the rules of the stage. */
  rules?: Record<string, unknown>;
  judge?: (tested: Tested) => Judgement;
}

export interface MergeDriver {
  send(type: string, data?: Record<string, unknown>, door?: Door): string;
  /** What every report carries: the token of the holder, and the trial. */
  lease(): { token: number | undefined; trial: number };
  /** Takes the lease, as `worker-1` unless another is named. */
  take(worker?: string): string;
  /** All members of the trial merge without a conflict. */
  prepare(): string;
  /** Takes, prepares and validates: up to the state in which the candidate lands. */
  toMerging(): string;
  enqueue(item: string, more?: Record<string, unknown>): string;
  state(): string;
  context(): MergeContext;
  stored(): Stored;
  effects(): Effect[];
  /** Carries out whatever the record asks for next; false when the queue is at rest. */
  step(): boolean;
  /** Until the queue is at rest. */
  run(): void;
  /** One trial to its end. */
  runTrial(): void;
  /** Somebody else moves the base. */
  pushBase(): void;
  nowMs(): number;
  setNowMs(atMs: number): void;
  readonly landed: ReadonlySet<string>;
  readonly sentBack: readonly string[];
  readonly baseSha: string;
  /** Test runs so far, those of the base alone among them. */
  testRuns(): number;
  /** What each test run was of, and what it said. */
  readonly tests: readonly { members: readonly string[]; said: Judgement }[];
}

export function shaOf(text: string): string {
  const prng = createPrng([...text].reduce((sum, c) => Math.imul(sum, 31) + c.charCodeAt(0), 7));
  return Array.from({ length: 40 }, () => prng.integer(0, 15).toString(16)).join('');
}

export function mergeStage(merge: Record<string, unknown> = {}): Stage {
  const gates = [{ kind: 'command', command: 'true' }];
  return stageSchema.parse({ name: 'land', kind: 'merge', gates, merge });
}

export function openQueue(options: DriverOptions = {}): MergeDriver {
  const { batchSize = 1, redTrials = 2, testMs = 600_000, judge = () => 'pass' } = options;
  const rules = { batchSize, redTrials, admission: 'none', ...options.rules };
  const landed = new Set<string>();
  const sentBack: string[] = [];
  const tests: { members: readonly string[]; said: Judgement }[] = [];
  let baseSha = shaOf('base 0');
  let pushes = 0;
  let atMs = OPENED_AT_MS;
  let count = 0;
  let stored: Stored | null = null;
  let effects: Effect[] = [];
  const present = (): Stored => {
    if (stored === null) throw new Error('not opened');
    return stored;
  };
  const context = () => present().record.context as unknown as MergeContext;
  const state = () => stateName(present().record.state);

  function send(type: string, data: Record<string, unknown> = {}, door: Door = 'ask'): string {
    count += 1;
    const event = { address: QUEUE, type, id: `event-${count}`, atMs, data, door };
    const decision = decide(stored, event);
    if (decision.outcome !== 'applied') {
      return `${state()} (${decision.outcome === 'refused' ? decision.reason : 'repeated'})`;
    }
    const revision = (stored?.revision ?? 0) + 3;
    stored = { record: settle({ record: decision.record, revision }, () => true), revision };
    effects = decision.effects.map(({ effect }) => effect);
    for (const effect of effects) hear(effect);
    return state();
  }

  function hear(effect: Effect): void {
    if (effect.type !== 'tell' || effect.event !== 'claim') return;
    const { verdict } = effect.data as { verdict: { isLanded: boolean } };
    if (!verdict.isLanded) sentBack.push(effect.to.split('.')[2] ?? '');
  }

  function enqueue(item: string, more: Record<string, unknown> = {}): string {
    const settings = {
      ...{
        stage: mergeStage(rules),
        repository: '/shop.git',
      },
      ...{ baseBranch: 'main', digest: 'pipeline-1', sinceMs: 1, reminderMs: 86_400_000 },
    };
    const run = { item, stage: 'land', attempt: 1, headSha: shaOf(item), priority: 2 };
    return send('enqueue', { ...run, settings, ...more }, 'tell');
  }

  const lease = (trial: Trial) => ({ token: context().holder?.token, trial: trial.number });

  function prepare(trial: Trial): void {
    const ready = trial.members.filter((item) => !landed.has(item));
    const gone = trial.members.filter((item) => landed.has(item));
    const of = (item: string) => ({ item, headSha: headOf(item) });
    const sha = shaOf(`${baseSha} ${ready.join(' ')}`);
    const members = ready.map((item) => ({ ...of(item), landsAs: headOf(item) }));
    const candidate = ready.length > 0 ? { sha, treeSha: shaOf(`tree ${sha}`), members } : null;
    const base = { baseSha, baseTreeSha: shaOf(`tree ${baseSha}`) };
    send('prepared', { ...lease(trial), ...base, candidate, landed: gone.map(of) });
  }

  function headOf(item: string): string {
    return context().entries.find((entry) => entry.item === item)?.headSha ?? shaOf(item);
  }

  function validate(trial: Trial, candidate: Candidate): void {
    atMs += testMs;
    const members = candidate.members.map(({ item }) => item);
    const said = judge({ members, landed, run: tests.length + 1 });
    tests.push({ members, said });
    send('validated', { ...lease(trial), kind: said, cause: 'tests', summary: said });
  }

  function land(trial: Trial, candidate: Candidate): void {
    if (candidate.baseSha !== baseSha) return void send('base-moved', { ...lease(trial), baseSha });
    baseSha = candidate.sha;
    for (const { item } of candidate.members) landed.add(item);
    send('landed', lease(trial));
  }

  function step(): boolean {
    const { trial, holder } = context();
    if (trial === null) return waitForDeadline();
    if (holder === null) send('take', { worker: 'worker-1', machine: 'm' });
    const { candidate } = trial;
    if (state() === 'preparing') prepare(trial);
    else if (candidate === null) throw new Error(`${state()} without a candidate`);
    else if (state() === 'validating') validate(trial, candidate);
    else if (state() === 'merging') land(trial, candidate);
    else {
      const { treeSha } = candidate;
      send('verified', { ...lease(trial), baseSha, isHeld: true, treeSha });
    }
    return true;
  }

  function waitForDeadline(): boolean {
    const { notBeforeMs, deadlines } = context();
    if (state() !== 'idle' || notBeforeMs <= atMs) return false;
    atMs = deadlines['look-due'] ?? atMs;
    send('look-due', {}, 'deadline');
    return true;
  }

  const trialOf = (): Trial => {
    const { trial } = context();
    if (trial === null) throw new Error(`no trial in ${state()}`);
    return trial;
  };
  const take = (worker = 'worker-1') => send('take', { worker, machine: 'm' });

  function toMerging(): string {
    take();
    prepare(trialOf());
    return send('validated', { ...lease(trialOf()), kind: 'pass', cause: 'tests' });
  }

  function runTrial(): void {
    if (context().trial === null) step();
    const { trials } = context();
    while (context().trial?.number === trials && step());
  }

  function run(): void {
    for (let steps = 0; step(); steps += 1) {
      if (steps > MAX_STEPS) throw new Error('the queue never comes to rest');
    }
  }

  send('open', {}, 'tell');
  return {
    ...{ send, enqueue, state, context, step, run, runTrial, landed, sentBack, tests },
    ...{ take, toMerging, lease: () => lease(trialOf()) },
    prepare() {
      prepare(trialOf());
      return state();
    },
    stored: present,
    effects: () => effects,
    pushBase() {
      pushes += 1;
      baseSha = shaOf(`push ${pushes}`);
    },
    nowMs: () => atMs,
    setNowMs(nowMs) {
      atMs = nowMs;
    },
    get baseSha() {
      return baseSha;
    },
    testRuns: () => tests.length,
  };
}

// A deployment in the hands of a test, with the answers of a world in which all is well: a test says where it is not.
// It must never make a record by hand: what stands in one, the machine has written.
import type { Artifact } from '../../machines/deployment/artifact.ts';
import { currentArtifact, REQUIRED_CHECKS } from '../../machines/deployment/conditions.ts';
import type { DeploymentContext } from '../../machines/deployment/context.ts';
import type { Effect } from '../../machines/effect.ts';
import type { Door } from '../../machines/event.ts';
import { type Stage, stageSchema } from '../../machines/pipeline.ts';
import type { Stored } from '../../machines/record.ts';
import type { StageSettings } from '../../machines/stage-settings.ts';
import { deploymentContextOf } from '../../machines/typed-context.ts';
import { OPENED_AT_MS, openActor, statesAfter, tell } from './machine-steps.ts';
import { shaOf } from './merge-driver.ts';

export const DEPLOYMENT = 'deployment.shop.production';
export const IMAGE = 'registry.test/acme/shop';
const MAX_STEPS = 200;

type Data = Record<string, unknown>;

export interface DeploymentDriver {
  /** The state it leads to; with the reason behind it where it is refused. */
  send(type: string, data?: Data, door?: Door): string;
  /** An item comes to it, whose landed commit is made of its name. */
  request(item: string, more?: Data): string;
  /** As `worker-1` unless another is named. */
  take(worker?: string): string;
  /** With the lease that was taken, and the operation it was used for. */
  report(type: string, data?: Data): string;
  /** The present step takes the course it should: one event, and a lease where one is needed. */
  step(): string;
  /** Goes on as it should until it is in that state. */
  until(state: string): string;
  /** Time passes until the deadline has come. */
  due(type: string): string;
  /** One round in which every probe says this. */
  measure(outcome: string): string;
  fail(kind: string, more?: Data): string;
  state(): string;
  context(): DeploymentContext;
  stored(): Stored;
  effects(): Effect[];
  /** Reasons of all alarms so far. */
  readonly alarms: readonly string[];
  /** What runs were told so far: `i1 pass healthy`. */
  readonly told: readonly string[];
  /** What merge queues were told so far. */
  readonly queueWords: readonly string[];
}

export function digestOf(text: string): string {
  return `sha256:${(shaOf(text) + shaOf(`${text}+`)).slice(0, 64)}`;
}

export function artifactOf(sha: string, more: Partial<Artifact> = {}): Artifact {
  const statement = JSON.stringify({ subject: digestOf(sha) });
  const made = { environment: 'production', builtAtMs: OPENED_AT_MS, statement };
  return { sha, image: IMAGE, digest: digestOf(sha), ...made, ...more };
}

export function deployStage(deploy: Data = {}): Stage {
  const rules = {
    ...{ environment: 'production', image: { name: IMAGE } },
    ...{ build: { command: 'make image' }, deploy: { command: 'make deploy' } },
    retries: { infra: 2, rollback: 2, backoffMs: 1_000 },
    watch: { probes: [probe('alive')] },
    ...deploy,
  };
  return stageSchema.parse({ name: 'release', kind: 'deploy', deploy: rules });
}

/** Two measurements, the first at once. */
export function probe(name: string, more: Data = {}): Data {
  const knobs = { initialDelayMs: 0, intervalMs: 1_000, count: 2, failureLimit: 0 };
  return { kind: 'command', command: 'true', name, ...knobs, ...more };
}

export function settingsOf(deploy: Data = {}, more: Partial<StageSettings> = {}): StageSettings {
  return {
    ...{ stage: deployStage(deploy), repository: '/shop.git', baseBranch: 'main', digest: 'd' },
    ...{ sinceMs: OPENED_AT_MS, reminderMs: 3_600_000 },
    ...more,
  };
}

/** `build` makes the images that workers report. */
export function openDeployment(
  rules: Data = {},
  build: (sha: string) => Artifact = artifactOf,
): DeploymentDriver {
  const actor = openActor(DEPLOYMENT, tell('open'));
  const settings = settingsOf(rules);
  const alarms: string[] = [];
  const told: string[] = [];
  const queueWords: string[] = [];
  let atMs = OPENED_AT_MS;
  const context = () => deploymentContextOf(actor.stored().record);
  const state = () => actor.state();

  function send(type: string, data: Data = {}, door: Door = 'ask'): string {
    const [said = ''] = statesAfter(actor, { type, data, door, atMs });
    if (!said.includes('(')) for (const effect of actor.effects()) hear(effect);
    return said;
  }

  function hear(effect: Effect): void {
    if (effect.type === 'alarm') alarms.push(effect.reason);
    if (effect.type !== 'tell') return;
    if (effect.to.startsWith('merge.')) queueWords.push(effect.event);
    if (effect.event !== 'claim') return;
    const { kind, cause } = effect.data['verdict'] as { kind: string; cause: string };
    told.push(`${effect.to.split('.')[2]} ${kind} ${cause}`);
  }

  const report = (type: string, data: Data = {}): string => {
    const { holder, operation } = context();
    return send(type, { token: holder?.token ?? 1, operation: operation?.number ?? 1, ...data });
  };
  const take = (worker = 'worker-1') => send('take', { worker, machine: 'm1' });
  const needLease = () => void (context().holder === null && take());

  function due(type: string): string {
    atMs = Math.max(atMs, context().deadlines[type] ?? 0);
    return send(type, {}, 'deadline');
  }

  function measure(outcome: string): string {
    if (state().endsWith('waiting')) due('measure-due');
    needLease();
    const { watch } = context();
    const results = (watch?.probes ?? []).map(({ name }) => ({ probe: name, outcome }));
    return report('measured', { round: watch?.round, results });
  }

  function step(): string {
    if (context().deadlines['retry-due'] !== undefined) due('retry-due');
    if (state().startsWith('observing')) return measure('good');
    needLease();
    const { release, operation } = context();
    const sha = release?.sha ?? '';
    const digest = operation?.target?.digest ?? currentArtifact(context())?.digest;
    const findings = REQUIRED_CHECKS.map((check) => ({ check, isMet: true }));
    const reports: Record<string, () => string> = {
      assessing: () => report('assessed', { isOnBase: true, isContained: false, isNeeded: true }),
      building: () => report('built', { artifact: build(sha) }),
      verifyingProvenance: () => report('checked', { digest, sha, findings }),
      promoting: () => report('promoted', { digest }),
      deploying: () => report('deployed', { digest }),
      rollingBack: () => report('rolled-back', { digest }),
    };
    const act = reports[state()];
    if (act === undefined) throw new Error(`nothing is done in ${state()}`);
    return act();
  }

  function until(wanted: string): string {
    for (let steps = 0; state() !== wanted; steps += 1) {
      if (steps > MAX_STEPS) throw new Error(`${state()} never comes to ${wanted}`);
      step();
    }
    return state();
  }

  return {
    ...{ send, take, report, step, until, due, measure, state, context, alarms, told, queueWords },
    request(item, more = {}) {
      const run = { item, stage: 'release', attempt: 1, headSha: shaOf(`${item} head`) };
      const data = { ...run, title: `change ${item}`, sha: shaOf(item), settings, ...more };
      return send('request', data, 'tell');
    },
    fail(kind, more = {}) {
      if (context().deadlines['retry-due'] !== undefined) due('retry-due');
      needLease();
      const failure = { kind, phase: 'deploy', cause: 'exit-code', summary: 'it said 1', ...more };
      return report('failed', failure);
    },
    stored: () => actor.stored(),
    effects: () => actor.effects(),
  };
}

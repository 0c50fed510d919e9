// What a deployment waits for, in words: the worker, the next measurement, the next try, or a person. Pure.
// It must never say that something ends by itself which a person has to end.
import type { DeploymentContext } from '../../machines/deployment/context.ts';
import { oneLine } from '../../machines/one-line.ts';
import { topOf } from './deployment-operation.ts';
import type {
  DeploymentHold,
  DeploymentView,
  ProbeView,
  VersionView,
  WatchView,
} from './deployment-view.ts';
import { formatDuration, formatRemaining } from './duration.ts';

const MAX_REASON_CHARACTERS = 300;
const SHORT_SHA = 12;
const SHORT_DIGEST = 'sha256:'.length + 12;

export interface DeploymentMoment {
  state: string;
  /** Server time, epoch milliseconds. */
  nowMs: number;
  hold: DeploymentHold | null;
  operation: DeploymentView['operation'];
  watch: WatchView | null;
}

/** Of the environment as a whole. Never empty. */
export function awaitedHere(context: DeploymentContext, moment: DeploymentMoment): string {
  const { hold, operation, state, watch, nowMs } = moment;
  if (hold !== null) return `a person to decide: ${heldWords(hold)}`;
  if (operation === null) return restWords(context);
  const asked =
    context.rollbackWanted === null ? '' : '; after that the version of before is asked for';
  const what = `${operation.kind} ${operation.number}${nameOf(context)}`;
  if (state.endsWith('.waiting') && watch !== null) {
    return `the next measurement, ${nextWords(watch, nowMs)}: ${what} ${operation.step}, ${probeWords(watch)}${asked}`;
  }
  return workWords(context, moment, `${what} ${operation.step}`) + asked;
}

/** Of a release that is not under way yet. */
export function awaitedInQueue({ release, holding }: DeploymentContext, position: number): string {
  const before = position - 1;
  const others = before === 0 ? '' : `, and the ${before} before it`;
  if (holding !== null) return `the hold to be released (${holding.cause})${others}`;
  if (release === null) return `what is under way to end${others}`;
  return `${release.item === null ? `the release by ${release.by}` : release.item} to end${others}`;
}

/** `held for untested by onceward (staging has no verdict …)` */
export function heldWords({ cause, by, reason }: Pick<DeploymentHold, 'cause' | 'by' | 'reason'>) {
  const why = oneLine(reason).slice(0, MAX_REASON_CHARACTERS);
  const who = by === 'onceward' ? '' : ` by ${by}`;
  return `${cause}${who}${why && `: ${why}`}`;
}

function probeWords({ probes }: Pick<WatchView, 'probes'>): string {
  if (probes.length === 0) return 'no probe watches it';
  return `probes: ${countsOf(probes)}`;
}

/** `2 passed, 1 running` */
export function countsOf(probes: readonly Pick<ProbeView, 'state'>[]): string {
  const states = ['failed', 'inconclusive', 'errored', 'running', 'passed'] as const;
  return states
    .map((state) => [state, probes.filter((probe) => probe.state === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
}

export const LIVE_WORDS = {
  good: 'found good',
  bad: 'proved bad',
  unknown: 'not known to be good',
} as const satisfies Record<DeploymentView['liveIs'], string>;

/** `0123456789ab sha256:0123456789ab` */
export function versionWords({ sha, digest }: Pick<VersionView, 'sha' | 'digest'>): string {
  return `${shortSha(sha)} ${shortDigest(digest)}`;
}

export function shortSha(sha: string): string {
  return sha.slice(0, SHORT_SHA);
}

export function shortDigest(digest: string): string {
  return digest.slice(0, SHORT_DIGEST);
}

function restWords({ queue, holdWanted }: DeploymentContext): string {
  if (holdWanted !== null) return `the hold to begin that ${holdWanted.by} has asked for`;
  if (queue.length > 0) return 'its next release to begin';
  return 'items: nobody waits to be deployed';
}

function nameOf({ project, release, operation }: DeploymentContext): string {
  const item = release?.item ?? operation?.target?.item;
  return item == null ? '' : ` (${project}/${item})`;
}

function workWords(context: DeploymentContext, moment: DeploymentMoment, what: string): string {
  const { holder, operation } = context;
  if (holder !== null) {
    const doing = holder.doing === '' ? '' : ` (${holder.doing})`;
    return `worker ${holder.worker}${doing}: ${what}`;
  }
  const { notBeforeMs = 0, faults = 0, lastFault = '' } = operation ?? {};
  if (notBeforeMs > moment.nowMs) {
    const failed = `infrastructure has failed ${faults} ${faults === 1 ? 'time' : 'times'}`;
    const next = formatRemaining(notBeforeMs - moment.nowMs);
    return `the next try, ${next}: ${what}; ${failed}, last with ${oneLine(lastFault)}`;
  }
  return `a worker to take its job: ${what}`;
}

function nextWords({ probes }: WatchView, nowMs: number): string {
  const times = probes.flatMap(({ nextAtMs }) => nextAtMs ?? []);
  const next = Math.min(...times);
  if (times.length === 0 || next <= nowMs) return 'due now';
  return `in ${formatDuration(next - nowMs)}`;
}

/** Whether a worker has something to do in this state. */
export function isCarried(state: string): boolean {
  return CARRIED.includes(topOf(state)) && !state.endsWith('.waiting');
}

const CARRIED: readonly string[] = [
  ...['assessing', 'building', 'verifyingProvenance', 'promoting', 'deploying', 'observing'],
  ...['rollingBack', 'observingRollback'],
];

// A deployment as people look at it: what is live, what comes next, what is done, how it is watched, and what holds it up.
// Plain data, printed as JSON by the command line and drawn by the page. Fields may be added, none change their meaning.
import type { Deployed, Ended, Incident } from '../../machines/deployment/context.ts';
import type { ProvenanceFinding } from '../../machines/deployment/events.ts';
import type { Probe } from '../../machines/deployment/probes.ts';
import type { WatchedProbe } from '../../machines/deployment/watch.ts';
import type { Holder } from '../../machines/lease-holder.ts';

/** A version that is, or was, in the environment. */
export interface VersionView extends Omit<Deployed, 'item'> {
  /** `shop/7`; null where an operator has brought it. */
  item: string | null;
}

/** A version that is on its way to the environment. */
export interface ReleaseView {
  /** 1 for the next one; 0 for the one that is under way. */
  position: number;
  item: string | null;
  /** `shop/7/production/1`: what hears what became of it; null where nobody is told. */
  run: string | null;
  title: string;
  sha: string;
  /** Null before it is known. */
  digest: string | null;
  by: string;
  /** Where the very image was found good. */
  passes: string[];
  /** Whose word replaces a test. */
  override: { by: string; reason: string; atMs: number } | null;
  requestedAtMs: number;
  /** Why it was to be taken back while it was under way. */
  withdrawn: string | null;
  /** One phrase that follows "waits for". Never empty. */
  waitsFor: string;
}

/** `stopped`: it went no further, and a person decides. */
export type StageProgress = 'done' | 'now' | 'stopped' | 'later';

export interface OperationView {
  number: number;
  kind: 'release' | 'rollback';
  startedAtMs: number;
  /** What is being done with it, in words. */
  step: string;
  /** `assess`, `build`, `check`, `promote`, `deploy`, `watch`; of a rollback `roll back`, `watch`. */
  stages: { name: string; progress: StageProgress }[];
  /** What comes back; null for a release. */
  target: VersionView | null;
  /** From here on the environment may have been changed. */
  isTouched: boolean;
  /** Of the present step: what infrastructure has cost, and how often its holder was lost. */
  faults: number;
  reclaims: number;
  /** It is not taken up before; null while it may be. */
  notBeforeMs: number | null;
  lastFault: string;
  findings: ProvenanceFinding[];
  /** What was run, oldest first. */
  steps: { step: string; key: string; result: string; durationMs: number; atMs: number }[];
}

export interface ProbeView extends Omit<WatchedProbe, 'nextAtMs'> {
  kind: Probe['kind'] | 'unknown';
  /** Measured and shown, and decides nothing. */
  isShadow: boolean;
  /** Null once it is measured no more. */
  nextAtMs: number | null;
  /** Measurements that must have been made. */
  count: number;
  failureLimit: number;
  inconclusiveLimit: number;
  consecutiveErrorLimit: number;
  consecutiveSuccessLimit: number | null;
  /** `ms` of a probe by HTTP, else empty. */
  unit: string;
  /** Good within them; null where it has no such end. */
  limits: { min: number | null; max: number | null };
  /** Median before the deploy; null where it is not compared, or was not measured. */
  baseline: number | null;
}

export interface WatchView {
  round: number;
  startedAtMs: number;
  deadlineMs: number;
  probes: ProbeView[];
}

/** A word of a person that would be taken now. */
export interface DecisionView {
  decision: 'retry' | 'accept' | 'reject';
  command: string;
  /** The state it leads to; null where it stays. */
  to: string | null;
  /** What it leads to, in words. */
  does: string;
  /** Somebody answers with it for what nobody has tested. */
  isOverride: boolean;
}

/** Why a person is waited for. */
export interface DeploymentHold {
  /** In one word, such as `untested` or `provenance-mismatch`; of the states without a hold their own name. */
  cause: string;
  reason: string;
  by: string;
  sinceMs: number;
  decisions: DecisionView[];
}

export interface IncidentView extends Omit<Incident, 'item' | 'openedItem'> {
  item: string | null;
  openedItem: string | null;
}

export interface EndedView extends Omit<Ended, 'item'> {
  item: string | null;
}

/** What an operator has asked for, and is not done yet. */
export interface AskedView {
  what: 'hold' | 'rollback';
  by: string;
  reason: string;
  atMs: number;
}

export interface DeploymentView {
  /** `deployment.shop.production` */
  address: string;
  project: string;
  environment: string;
  state: string;
  sinceMs: number;
  revision: number;
  /** One phrase that follows "waits for". */
  waitsFor: string;
  hold: DeploymentHold | null;
  asked: AskedView[];
  /** What is deployed, as far as is known. */
  live: VersionView | null;
  /** Of what is live: whether it was found good, or has proved bad. */
  liveIs: 'good' | 'bad' | 'unknown';
  /** What a rollback would bring back. */
  rollbackTo: VersionView | null;
  /** What was good before, newest first; what is live is not among them. */
  good: VersionView[];
  /** What proved bad, newest first: it does not come here again by itself. */
  condemned: { digest: string; reason: string; atMs: number }[];
  release: ReleaseView | null;
  queue: ReleaseView[];
  operation: OperationView | null;
  /** Who carries out the step under way, by which token. */
  holder: Holder | null;
  /** When the lease ends unless its holder gets something done. */
  leaseUntilMs: number | null;
  watch: WatchView | null;
  /** Newest first. */
  incidents: IncidentView[];
  /** How it is deployed; null before the first item came. */
  rules: {
    stage: string;
    pool: string;
    image: string;
    tag: string;
    requires: string | null;
    rollback: string;
    isSelf: boolean;
    probes: number;
  } | null;
  /** Newest first. */
  ended: EndedView[];
}

// What a deployment remembers: what waits, what is under way, what is live, what was good before, and how it is watched.
import type { Holder } from '../lease-holder.ts';
import type { StageSettings } from '../stage-settings.ts';
import type { VerdictKind } from '../verdict.ts';
import type { Artifact, Pass } from './artifact.ts';
import type { DeploymentEvent, DeploymentInput, ProvenanceFinding, Step } from './events.ts';
import { type DeployRules, deployRulesSchema } from './rules.ts';
import type { Watch } from './watch.ts';

/** Whose word replaces what is not known. */
export interface Override {
  by: string;
  reason: string;
  atMs: number;
}

/** One version that is to be brought here. */
export interface Release {
  /** Null where an operator has asked for it; then nobody is told. */
  item: string | null;
  /** The run that is told what became of it. */
  stage: string;
  attempt: number;
  title: string;
  headSha: string | null;
  sha: string;
  artifact: Artifact | null;
  /** Where the very image was found good. */
  passes: Pass[];
  by: string;
  override: Override | null;
  requestedAtMs: number;
  /** Why it was to be taken back while it was under way. */
  withdrawn: string | null;
}

/** What was brought here. */
export interface Deployed {
  /** Number of the operation that brought it. */
  operation: number;
  item: string | null;
  sha: string;
  image: string;
  digest: string;
  atMs: number;
}

/** What is done at present: a version is brought here, or one of before comes back. */
export interface Operation {
  /** 1 for the first of this environment. */
  number: number;
  kind: 'release' | 'rollback';
  startedAtMs: number;
  /** What comes back; null for a release. */
  target: Deployed | null;
  /** Of the present step: what infrastructure has cost, and how often its holder was lost. */
  faults: number;
  reclaims: number;
  /** The step under way is not taken up before. */
  notBeforeMs: number;
  /** What the last fault said. */
  lastFault: string;
  /** From here on the environment may have been changed. */
  isTouched: boolean;
  findings: ProvenanceFinding[];
  steps: (Step & { atMs: number })[];
}

/** A version that proved bad here, or could not be proved good. */
export interface Incident {
  /** Number of the operation it came of. */
  number: number;
  item: string | null;
  sha: string;
  digest: string;
  cause: string;
  /** The evidence, for people. */
  summary: string;
  atMs: number;
  /** An item is to be opened for it; then which one was. */
  isItemWanted: boolean;
  openedItem: string | null;
}

/** Where it goes on once a person has decided. `untouched`: nothing in the environment was changed yet. */
export type HeldFrom =
  | 'rest'
  | 'untouched'
  | 'deploying'
  | 'observing'
  | 'degraded'
  | 'observingRollback';

/** Why a person is waited for. */
export interface Holding {
  /** In one word: `operator`, `untested`, `provenance-mismatch`, `infrastructure`, `unobserved`, `undecided`. */
  cause: string;
  reason: string;
  from: HeldFrom;
  by: string;
  atMs: number;
}

/** What became of a release, for its run to be told. */
export interface Decided {
  item: string;
  stage: string;
  attempt: number;
  headSha: string | null;
  kind: VerdictKind;
  cause: string;
  summary: string;
  sha: string;
  /** Of the image that serves it here; null where none does. */
  digest: string | null;
  atMs: number;
  /** Of the record it was decided on. */
  revision: number;
}

export type OperationOutcome =
  | 'healthy'
  | 'rolled-back'
  | 'degraded'
  | 'failed'
  | 'not-applicable'
  | 'contained'
  | 'withdrawn'
  | 'rejected';

export interface Ended {
  number: number;
  kind: Operation['kind'];
  item: string | null;
  sha: string;
  digest: string | null;
  outcome: OperationOutcome;
  /** For people. */
  reason: string;
  by: string;
  startedAtMs: number;
  endedAtMs: number;
}

export interface DeploymentContext {
  project: string;
  environment: string;
  openedAtMs: number;
  /** What operations go by. */
  settings: StageSettings | null;
  /** The newest that an item brought; taken up with the next operation. */
  offered: StageSettings | null;
  queue: Release[];
  /** Operations begun so far. */
  operations: number;
  release: Release | null;
  operation: Operation | null;
  holder: Holder | null;
  /** What is deployed, as far as is known; null before the first, and while that is uncertain. */
  live: Deployed | null;
  /** What was found good here, oldest first. */
  good: Deployed[];
  /** What was built, by commit; oldest first. */
  artifacts: Artifact[];
  /** What proved bad here: it does not come here again by itself. */
  condemned: { digest: string; reason: string; atMs: number }[];
  watch: Watch | null;
  /** Before the present version was deployed, by probe. */
  baselines: Record<string, number>;
  incidents: Incident[];
  holding: Holding | null;
  /** An operator has asked for it: nothing is begun. */
  holdWanted: { by: string; reason: string; atMs: number } | null;
  /** An operator has asked for it while a step was under way. */
  rollbackWanted: { by: string; reason: string; atMs: number } | null;
  /** Base branches whose merge queues were told to land nothing until what is live is good. */
  frozen: string[];
  /** Where it rests while nothing is under way. */
  rest: 'idle' | 'healthy' | 'rolledBack';
  ended: Ended[];
  /** What became of releases that have left; newest last. */
  decided: Decided[];
  deadlines: Record<string, number>;
}

/** What guards, actions and effects of a deployment are given. */
export interface DeploymentArgs {
  context: DeploymentContext;
  event: DeploymentEvent;
}

/** The address parts come with the event's data; XState also calls this without an input. */
export function initialDeploymentContext(
  input: (DeploymentInput & { project: string; environment: string }) | undefined,
): DeploymentContext {
  return {
    project: input?.project ?? '',
    environment: input?.environment ?? '',
    openedAtMs: input?.atMs ?? 0,
    settings: null,
    offered: null,
    queue: [],
    operations: 0,
    release: null,
    operation: null,
    holder: null,
    live: null,
    good: [],
    artifacts: [],
    condemned: [],
    watch: null,
    baselines: {},
    incidents: [],
    holding: null,
    holdWanted: null,
    rollbackWanted: null,
    frozen: [],
    rest: 'idle',
    ended: [],
    decided: [],
    deadlines: {},
  };
}

/** Of the settings the operation goes by. */
export function rulesOf({ settings }: Pick<DeploymentContext, 'settings'>): DeployRules {
  return settings?.stage.deploy ?? PLACEHOLDER_RULES;
}

const PLACEHOLDER_RULES = deployRulesSchema.parse({
  environment: 'none',
  image: { name: 'none.invalid/none' },
  deploy: { command: 'false' },
});

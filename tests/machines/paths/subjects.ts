// The machines there are, each with the openings and moves that its paths and commands are made of.
// A machine without an entry here fails the test that compares this list with the registry.
import type { AnyStateMachine } from 'xstate';
import { type AccountContext, DAY_MS } from '../../../machines/account/context.ts';
import { accountMachine } from '../../../machines/account/machine.ts';
import type { DeploymentContext } from '../../../machines/deployment/context.ts';
import { deploymentMachine } from '../../../machines/deployment/machine.ts';
import type { ItemContext } from '../../../machines/item/context.ts';
import { itemMachine } from '../../../machines/item/machine.ts';
import type { MergeContext } from '../../../machines/merge/context.ts';
import { mergeMachine } from '../../../machines/merge/machine.ts';
import type { RunContext } from '../../../machines/run/context.ts';
import { runMachine } from '../../../machines/run/machine.ts';
import { tokensOf } from '../../../machines/usage.ts';
import { ACCOUNT, ITEM, RUN, tell } from '../../support/machine-steps.ts';
import { accountMoves } from './account-moves.ts';
import { deploymentEssence } from './deployment-essence.ts';
import { isDeploymentLeftOut } from './deployment-left-out.ts';
import { DEPLOYED, deploymentMoves } from './deployment-moves.ts';
import { DEPLOYMENT_OPENINGS } from './deployment-openings.ts';
import { accountEssence, itemEssence, runEssence } from './essence.ts';
import { ITEM_OPENINGS, itemMoves } from './item-moves.ts';
import type { PathsOptions } from './machine-paths.ts';
import { mergeEssence } from './merge-essence.ts';
import { isMergeLeftOut } from './merge-left-out.ts';
import { MERGE, MERGE_OPENINGS, mergeMoves } from './merge-moves.ts';
import { RUN_OPENINGS, runMoves } from './run-moves.ts';
import type { Opening } from './situation.ts';

export interface Subject<Context> extends Omit<PathsOptions<Context>, 'opening'> {
  machine: AnyStateMachine;
  openings: readonly Opening<Context>[];
}

/** Traversed steps before a search for paths counts as endless. */
const MAX_TRAVERSED = 50_000;
/** An item may go in circles for ever; what comes later is left to the commands. */
const MAX_RUNS_IN_A_PATH = 2;
const FIRST_PULL_REQUEST = 7;
const MAX_TOKENS_IN_A_PATH = 20;

export const RUN_SUBJECT: Subject<RunContext> = {
  ...{ machine: runMachine, address: RUN, openings: RUN_OPENINGS },
  ...{ moves: runMoves, essenceOf: runEssence, limit: MAX_TRAVERSED },
};

export const ITEM_SUBJECT: Subject<ItemContext> = {
  ...{ machine: itemMachine, address: ITEM, openings: ITEM_OPENINGS },
  ...{ moves: itemMoves, essenceOf: itemEssence, limit: MAX_TRAVERSED },
  isLeftOut: ({ granted, runs, pullRequest, pipeline }, { type }) =>
    Object.keys(granted).length > 0 ||
    // A merge that is advanced is like any other stage; being merged by others is not.
    (pipeline.stages[0]?.kind === 'merge' && type !== 'pull-request') ||
    runs.length > MAX_RUNS_IN_A_PATH ||
    (pullRequest?.number ?? 0) > FIRST_PULL_REQUEST,
};

/** Days and grants come without end, and each is like the one before. */
export const ACCOUNT_SUBJECT: Subject<AccountContext> = {
  ...{ machine: accountMachine, address: ACCOUNT, openings: [tell('open')] },
  ...{ moves: accountMoves, essenceOf: accountEssence, limit: MAX_TRAVERSED },
  isLeftOut: ({ dayMs, grants, today }) =>
    dayMs > DAY_MS || grants > 1 || tokensOf(today) > MAX_TOKENS_IN_A_PATH,
};

/** Trials come without end, and what is seen of one without much else is seen well enough. */
export const MERGE_SUBJECT: Subject<MergeContext> = {
  ...{ machine: mergeMachine, address: MERGE, openings: MERGE_OPENINGS },
  ...{ moves: mergeMoves, essenceOf: mergeEssence, limit: MAX_TRAVERSED },
  isLeftOut: isMergeLeftOut,
};

/** Releases come without end; of each rollback one is seen, and what follows it. */
export const DEPLOYMENT_SUBJECT: Subject<DeploymentContext> = {
  ...{ machine: deploymentMachine, address: DEPLOYED, openings: DEPLOYMENT_OPENINGS },
  ...{ moves: deploymentMoves, essenceOf: deploymentEssence, limit: MAX_TRAVERSED },
  isLeftOut: isDeploymentLeftOut,
};

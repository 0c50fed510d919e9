// How the deployments begin whose paths are searched: with what was good before, with other rules, or worn out.
import type { DeploymentContext } from '../../../machines/deployment/context.ts';
import { probe } from '../../support/deployment-driver.ts';
import { ask, OPENED_AT_MS, tell } from '../../support/machine-steps.ts';
import {
  assessed,
  at,
  built,
  checked,
  deployed,
  measured,
  promoted,
  request,
  rolledBack,
  take,
} from './deployment-steps.ts';
import { inTime, type Move, type Opening } from './situation.ts';

export const GOOD_ITEMS: readonly (string | null)[] = ['v1', 'v2'];
const LOSSES = 10;

type Prelude = (context: DeploymentContext) => Move;
type Rules = Record<string, unknown>;

const WATCHED: Rules = { watch: { probes: [probe('p', { count: 1, inconclusiveLimit: 0 })] } };
const UNWATCHED: Rules = { watch: { probes: [] } };

const soon =
  (make: (context: DeploymentContext) => Omit<Move, 'atMs'>): Prelude =>
  (context) => ({ ...make(context), atMs: inTime(context.deadlines) });
const due =
  (type: string): Prelude =>
  ({ deadlines }) =>
    at(type, deadlines[type] ?? OPENED_AT_MS);
const bring = (item: string, rules: Rules) => soon(() => request(item, rules));
const takes = soon(take);
const lose = soon(({ holder }) => ask('holder-lost', { token: holder?.token ?? 1, worker: 'w' }));
const toDeploying = [takes, soon(assessed), soon(built), soon(checked), soon(promoted)];
const measure = (outcome: string) => [
  due('measure-due'),
  takes,
  soon((context) => measured(context, outcome)),
];
const good = (item: string): Prelude[] => [
  bring(item, WATCHED),
  ...toDeploying,
  soon(deployed),
  ...measure('good'),
];
const wear: readonly Prelude[] = Array.from({ length: LOSSES }, () => [takes, lose]).flat();

const opening = (...prelude: Prelude[]): Opening<DeploymentContext> => ({
  ...tell('open'),
  prelude,
});
const reacting = (rollback: string): Rules => ({
  ...WATCHED,
  reaction: { rollback, openItem: true, freezeQueue: true },
});
const bad = [...toDeploying, soon(deployed), ...measure('bad')];
const begun = [bring('a', WATCHED), takes];

export const DEPLOYMENT_OPENINGS: readonly Opening<DeploymentContext>[] = [
  opening(bring('a', { ...WATCHED, requires: 'staging' })),
  opening(...good('v1'), ...good('v2'), bring('a', reacting('automatic'))),
  opening(...good('v1'), bring('a', reacting('approval')), ...bad),
  opening(...good('v1'), bring('a', reacting('none')), ...bad),
  opening(...good('v1'), bring('a', { ...UNWATCHED, reaction: { rollback: 'approval' } })),
  opening(bring('a', reacting('automatic')), ...bad),
  // One incident has no item yet, its image is known to be bad, and one run has been told.
  opening(...good('v1'), bring('v2', reacting('none')), ...bad, bring('a', WATCHED)),
  // Worn out where nothing was changed yet, then where something was.
  opening(bring('a', WATCHED), ...wear),
  opening(...begun, soon(assessed), lose, ...wear.slice(2)),
  opening(...begun, soon(assessed), soon(built), lose, ...wear.slice(2)),
  opening(...begun, soon(assessed), soon(built), soon(checked), lose, ...wear.slice(2)),
  opening(bring('a', WATCHED), ...toDeploying, lose, ...wear.slice(2)),
  opening(bring('a', WATCHED), ...toDeploying, soon(deployed), due('measure-due'), ...wear),
  opening(...good('v1'), bring('a', reacting('automatic')), ...bad, ...wear),
  opening(
    ...[...good('v1'), bring('a', reacting('automatic')), ...bad, takes, soon(rolledBack)],
    ...[due('measure-due'), ...wear],
  ),
];

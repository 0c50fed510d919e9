// Checks one project against what else is configured: its pipeline, its connections, and what its forge can do.
// It must never conclude anything from a value that is itself broken.
import {
  type ConnectionKinds,
  planeFindings,
  usedConnectionFindings,
} from './connection-checks.ts';
import { danglingName } from './dangling-name.ts';
import { valueAt } from './plain-data.ts';
import type { Finding, Path } from './problems.ts';
import { projectSchema } from './project-settings.ts';
import { salvage } from './salvage.ts';

interface Surroundings {
  /** The whole document, for the stages of the pipeline. */
  data: unknown;
  /** Undefined when it is not known which pipelines there are. */
  pipelines: readonly string[] | undefined;
  /** Undefined when it is not known which connections there are. */
  connections: ConnectionKinds | undefined;
}

const PLACEHOLDERS = { repository: '.', pipeline: 'unknown' };

/** Everything wrong with the project at `path` that its schema does not see. */
export function projectFindings(path: Path, raw: unknown, around: Surroundings): Finding[] {
  const { value, suspects } = salvage(projectSchema, raw, PLACEHOLDERS);
  const tracker = suspects.has('tracker') ? null : value.tracker;
  const forge = suspects.has('forge') ? null : value.forge;
  const { connections } = around;
  return [
    ...pipelineNameFindings(path, valueAt(raw, ['pipeline']), around.pipelines),
    ...(tracker === null
      ? []
      : [
          ...usedConnectionFindings([...path, 'tracker'], tracker, connections),
          ...planeFindings([...path, 'tracker'], tracker),
        ]),
    ...(forge === null ? [] : usedConnectionFindings([...path, 'forge'], forge, connections)),
    ...(forge?.kind === 'git' ? forgeFindings(path, raw, around.data) : []),
  ];
}

function pipelineNameFindings(
  path: Path,
  name: unknown,
  names: readonly string[] | undefined,
): Finding[] {
  if (typeof name !== 'string' || names === undefined || names.includes(name)) return [];
  return [danglingName([...path, 'pipeline'], name, { what: 'pipeline', names })];
}

/** What of a pull request a stage would ask a forge for; null where it asks for nothing. */
function outsideOf(stage: unknown): 'checks' | 'reviews' | null {
  const has = (name: string) => valueAt(stage, ['merge', name]) !== undefined;
  if (valueAt(stage, ['kind']) === 'checks' || has('checks')) return 'checks';
  return valueAt(stage, ['approve']) === 'reviews' || has('reviews') ? 'reviews' : null;
}

/** A plain git remote has no checks and no reviews: a stage would wait for them forever. */
function forgeFindings(path: Path, raw: unknown, data: unknown): Finding[] {
  const pipeline = valueAt(raw, ['pipeline']);
  if (typeof pipeline !== 'string') return [];
  const stages = valueAt(data, ['pipelines', pipeline, 'stages']);
  const waiting = (Array.isArray(stages) ? stages : []).find((one) => outsideOf(one) !== null);
  const what = outsideOf(waiting);
  if (what === null) return [];
  const expected = 'forge: { kind: github, connection: …, repository: owner/name }';
  const stage = String(valueAt(waiting, ['name']));
  const message =
    `stage "${stage}" of pipeline "${pipeline}" waits for ${what} of a pull request, ` +
    `which forge git has none of; expected ${expected}`;
  const isWritten = valueAt(raw, ['forge']) !== undefined;
  const at = [...path, isWritten ? 'forge' : 'pipeline'];
  return [{ path: at, spot: 'value', message, got: 'git', expected }];
}

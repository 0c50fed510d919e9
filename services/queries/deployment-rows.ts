// Deployments as rows of a list. A record that cannot be read becomes a row that says so; it hides nothing.
import { fromToken } from '../../machines/identifier.ts';
import type { Bucket, Clock, Entry } from '../../transport/ports.ts';
import { BUCKET_OF, decodeEntry } from '../actors/record-cache.ts';
import { deploymentView } from './deployment-reading.ts';
import type { DeploymentView } from './deployment-view.ts';
import { countsOf } from './deployment-words.ts';
import { byAddress } from './listed-actor.ts';

export interface DeploymentRow {
  /** `deployment.shop.production` */
  address: string;
  project: string;
  environment: string;
  /** `newer` or `corrupt` where the record cannot be read. */
  state: string;
  sinceMs: number | null;
  revision: number;
  /** What is deployed, as far as is known. */
  live: { sha: string; digest: string; item: string | null; atMs: number } | null;
  /** What is done at present: of which item, and how far it is. */
  operation: {
    number: number;
    kind: 'release' | 'rollback';
    item: string | null;
    sha: string;
    step: string;
  } | null;
  /** The worker that has the lease. */
  holder: string | null;
  /** What it was doing when it last got on; empty where it has not said. */
  doing: string;
  /** Releases that wait; what is under way is not among them. */
  queued: number;
  /** `2 passed, 1 running`; empty while nothing is watched. */
  probes: string;
  /** Why a person is waited for. */
  hold: { cause: string; reason: string; by: string; sinceMs: number; release: string } | null;
  /** Digest of what a rollback would bring back; null where nothing can come. */
  rollbackTo: string | null;
  /** One phrase that follows "waits for". */
  waitsFor: string;
  changedAtMs: number;
}

/** In the order of their addresses. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readDeploymentRows(
  session: {
    bucket: (name: 'onceward-deployments') => Pick<Bucket, 'scan'>;
    clock: Pick<Clock, 'nowMs'>;
  },
  keys = '>',
): Promise<DeploymentRow[]> {
  const rows: DeploymentRow[] = [];
  const nowMs = session.clock.nowMs();
  await session.bucket(BUCKET_OF.deployment).scan((entry) => {
    if (entry.value !== null) rows.push(deploymentRow(entry, nowMs));
  }, keys);
  return rows.sort(byAddress);
}

/** For whoever follows the records and is told of each change: as it was when it was written. */
export function storedDeploymentRow(entry: Entry): DeploymentRow {
  return deploymentRow(entry, entry.storedAtMs);
}

function deploymentRow(entry: Entry, nowMs: number): DeploymentRow {
  const loaded = decodeEntry(entry);
  const { storedAtMs: changedAtMs } = entry;
  if (loaded.status === 'stored')
    return { ...rowOf(deploymentView(loaded.stored, nowMs)), changedAtMs };
  const [project = '', environment = ''] = entry.key.split('.');
  const waitsFor =
    'message' in loaded ? `a version that can read it: ${loaded.message}` : 'nothing';
  return {
    ...{ address: `deployment.${entry.key}`, project, environment: fromToken(environment) },
    ...{ state: loaded.status, sinceMs: null, revision: entry.revision, live: null },
    ...{ operation: null, holder: null, doing: '', queued: 0, probes: '', hold: null },
    ...{ rollbackTo: null, waitsFor, changedAtMs },
  };
}

function rowOf(view: DeploymentView): Omit<DeploymentRow, 'changedAtMs'> {
  const { address, project, environment, state, sinceMs, revision, live, operation } = view;
  const { holder, queue, watch, hold, rollbackTo, waitsFor, release } = view;
  return {
    ...{ address, project, environment, state, sinceMs, revision },
    live: live && { sha: live.sha, digest: live.digest, item: live.item, atMs: live.atMs },
    operation: operation && {
      ...{ number: operation.number, kind: operation.kind, step: operation.step },
      item: release?.item ?? operation.target?.item ?? null,
      sha: release?.sha ?? operation.target?.sha ?? '',
    },
    ...{ holder: holder?.worker ?? null, doing: holder?.doing ?? '', queued: queue.length },
    probes: watch === null ? '' : countsOf(watch.probes),
    hold: hold && {
      ...{ cause: hold.cause, reason: hold.reason, by: hold.by, sinceMs: hold.sinceMs },
      release: hold.decisions[0]?.command ?? '',
    },
    ...{ rollbackTo: rollbackTo?.digest ?? null, waitsFor },
  };
}

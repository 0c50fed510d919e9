// Tells a merge queue whose base is red by itself where the base is now.
// It must never say that it is green again: that is found out by the next trial.
import type { OutsideProject } from '../outside/outside-project.ts';
import type { MergeView } from '../records/merge-views.ts';
import { ASK_LIMIT_MS, type ReconcileDeps } from '../steps/reconcile-deps.ts';
import { queueName } from './queue-reports.ts';

export function isRedBase({ state, context }: MergeView): boolean {
  return state === 'frozen' && context.freeze?.cause === 'red-base';
}

/** Told only where it is another one. @throws as `Forge.branchHead`, `Asker.ask` */
export async function tellBase(
  { asker, log }: Pick<ReconcileDeps, 'asker' | 'log'>,
  { forge }: Pick<OutsideProject, 'forge'>,
  { address, revision, context }: MergeView,
): Promise<void> {
  const { freeze, settings } = context;
  if (settings === null) return;
  const sha = await forge.branchHead(settings.baseBranch);
  if (sha === null || sha === freeze?.baseSha) return;
  const id = `${queueName(address)}:base-seen:${revision}:${sha.slice(0, 12)}`;
  const request = { address, type: 'base-seen', id, data: { sha } };
  const reply = await asker.ask(request, { timeoutMs: ASK_LIMIT_MS });
  log.info({ address, sha, outcome: reply.outcome }, 'the red base of a merge queue has moved');
}

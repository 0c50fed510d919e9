// What every step of the reconciler is given by the composition root. Types only.
import type { Asker, Clock } from '../../../transport/ports.ts';
import type { Log } from '../../actors/log.ts';
import type { Deeds } from '../deeds.ts';
import type { DeploymentViews } from '../records/deployment-views.ts';
import type { ItemViews } from '../records/item-views.ts';
import type { MergeViews } from '../records/merge-views.ts';

export interface ReconcileDeps {
  asker: Pick<Asker, 'ask'>;
  clock: Clock;
  views: ItemViews;
  merges: MergeViews;
  deployments: DeploymentViews;
  deeds: Deeds;
  log: Log;
}

/** How long one event of the reconciler is repeated until it is answered, in milliseconds. */
export const ASK_LIMIT_MS = 15_000;

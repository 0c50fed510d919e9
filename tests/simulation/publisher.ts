// An outside system that only publishes: it opens items, reports the exits of external stages, and sends
// nonsense now and then. It fires and forgets; what was not stored is sent again under the same id.

import { partitionOf } from '../../machines/partition.ts';
import { createPrng } from '../support/prng.ts';
import { isRun, type Known, runOf } from './landing.ts';
import type { Ledger } from './ledger.ts';
import type { Life } from './life.ts';
import type { Server } from './server.ts';
import { PROJECT, type Shape } from './shape.ts';
import type { World } from './world.ts';

const MAX_REACTION_MS = 3_000;
const RETRY_MS = 500;
const EAGER_MS = 20;

export interface PublisherOptions {
  life: Life;
  server: Server;
  shape: Shape;
  ledger: Ledger;
}

export function startPublisher(world: World, options: PublisherOptions): void {
  const { prng, scheduler } = world;
  const { life, server, shape, ledger } = options;
  let count = 0;

  const publish = (address: string, type: string, body: string, id: string): void => {
    const [, project = '', subject = ''] = address.split('.');
    const partition = partitionOf({ project, subject }, shape.partitions);
    const mail = { subject: `onceward.event.${address}.${type}`, body, id, partition };
    const perform = () => server.mailbox.store(mail);
    life.request({ verb: 'publish', about: id, perform, isChange: true }).catch(() => {
      scheduler.after(RETRY_MS, () => publish(address, type, body, id));
    });
  };

  const soon = (send: () => void) => void scheduler.after(prng.fraction() * MAX_REACTION_MS, send);
  const idOf = (what: string): string => {
    count += 1;
    return `${what}-${count}`;
  };

  // Drawn apart: some worlds have a publisher that repeats itself, and somebody who judges too early.
  const apart = createPrng(world.seed ^ 0xc1a1);
  const isHasty = apart.isLucky(0.35);
  const isEager = apart.isLucky(0.3);

  for (const item of shape.items) {
    const address = `item.${PROJECT}.${item}`;
    const open = (title: string) => publish(address, 'open', `{"title":"${title}"}`, idOf('open'));
    const begin = shape.isBurst ? (act: () => void) => act() : soon;
    begin(() => {
      open('a defect');
      if (isEager) scheduler.after(apart.fraction() * EAGER_MS, () => open('at once'));
    });
    if (prng.isLucky(0.1)) soon(() => open('again'));
  }

  const finish = ({ address, record }: Known): void => {
    const code = prng.isLucky(0.8) ? 0 : 1;
    const epoch = Number(record.context['epoch']);
    const body = JSON.stringify({ code, epoch });
    soon(() => publish(address, 'exited', body, idOf('exited')));
    if (prng.isLucky(0.1)) soon(() => publish(address, 'exited', body, idOf('exited')));
    if (prng.isLucky(0.6)) return;
    const kind = prng.pick(CLAIMED);
    const verdict = { kind, cause: 'external' };
    const claim = JSON.stringify({ claimant: 'publisher', verdict });
    scheduler.after(MAX_REACTION_MS, () => publish(address, 'claim', claim, idOf('claim')));
  };

  ledger.onRecord((known) => {
    if (prng.isLucky(0.02)) soon(() => sendNonsense(known));
    if (!isRun(known) || runOf(known).stage.kind !== 'external') return;
    if (known.state === 'running.queued' && known.record.event.type === 'open') finish(known);
  });

  ledger.onRecord((known) => {
    if (!isHasty || known.state !== 'finalizing' || runOf(known).stage.kind === 'external') return;
    const { epoch } = runOf(known);
    const verdict = { kind: 'pass', cause: 'hasty' };
    const claim = { epoch, claimant: 'hasty', evaluatedRevision: known.revision, verdict };
    publish(known.address, 'claim', JSON.stringify(claim), idOf('hasty'));
  });

  /** Forged, early, late or broken: none of it may change anything. */
  const sendNonsense = ({ address, record, revision }: Known): void => {
    const [type, data] = prng.pick(nonsenseFor(address));
    const epoch = Number(record.context['epoch'] ?? 1);
    const body = data.replace('"EPOCH"', String(epoch)).replace('"REVISION"', String(revision - 1));
    publish(address, type, body, idOf('nonsense'));
  };
}

const CLAIMED = ['pass', 'pass', 'product_fail', 'infra_error', 'inconclusive', 'not_applicable'];

const THIEF = '"claimant":"thief","verdict":{"kind":"pass","cause":"forged"}';

const RUN_NONSENSE: readonly (readonly [string, string])[] = [
  ['exited', '{"code":'],
  ['no-such-event', '{}'],
  ['grace-elapsed', '{}'],
  ['lease-elapsed', '{}'],
  ['advance-confirmed', '{}'],
  ['claim', `{"epoch":"EPOCH","evaluatedRevision":"REVISION",${THIEF}}`],
  ['exited', '{"code":0,"epoch":99}'],
  ['cancel', '{"by":"stranger"}'],
];

const ITEM_NONSENSE: readonly (readonly [string, string])[] = [
  ['advance', `{"stage":"build","attempt":1,${THIEF}}`],
  ['run-cancelled', '{"stage":"build","attempt":1}'],
  ['retry-due', '{}'],
  ['open', '{"title":"again"}'],
  ['approve', '[1]'],
];

const MERGE_NONSENSE: readonly (readonly [string, string])[] = [
  ['take', '{"worker":"thief"}'],
  ['landed', '{"token":1,"trial":1}'],
  ['withdraw', '{"item":"i1","attempt":1}'],
  ['checks-judged', `{"trial":1,"sha":"${'a'.repeat(40)}","kind":"pass","cause":"forged"}`],
  ['lease-elapsed', '{}'],
  ['look-due', '{}'],
  ['open', '{}'],
  ['move', '{"item":"nobody","to":"first"}'],
];

function nonsenseFor(address: string): readonly (readonly [string, string])[] {
  if (address.startsWith('run.')) return RUN_NONSENSE;
  return address.startsWith('merge.') ? MERGE_NONSENSE : ITEM_NONSENSE;
}

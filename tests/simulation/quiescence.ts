// What has not come to its end yet: once faults are over nothing may stay open but what is visibly parked.
// It must never excuse anything because it is rare.

import { turnsDrawn } from './account-rules.ts';
import { isFinal, isRun, type Truth } from './landing.ts';
import type { Ledger } from './ledger.ts';
import type { Server } from './server.ts';
import { PROJECT, type Shape } from './shape.ts';

/** Everything that is still open, in words; empty at rest. */
export function unsettled(world: { ledger: Ledger; server: Server; shape: Shape }): string[] {
  const { ledger, server, shape } = world;
  const { records, removed } = ledger.truth;
  const open: string[] = [];
  for (const item of shape.items) {
    const address = `item.${PROJECT}.${item}`;
    const known = records.get(address);
    if (removed.has(address)) continue;
    if (known === undefined) open.push(`${address} was never opened`);
    else if (known.state !== 'parked') open.push(`${address} is ${known.state}`);
  }
  for (const known of records.values()) {
    if (!isRun(known)) continue;
    const owner = known.address.split('.').slice(1, 3).join('.');
    if (!isFinal(known)) open.push(`${known.address} is ${known.state}`);
    else if (removed.has(`item.${owner}`)) open.push(`${known.address} is not archived`);
  }
  open.push(...undrawn(ledger.truth));
  if (server.jobs.size() > 0) open.push(`${server.jobs.size()} jobs are left over`);
  for (const mail of server.mailbox.owed()) open.push(`${mail.id} is not acknowledged`);
  return open;
}

/** In the end its project has been told of everything that a run has used. */
function undrawn(truth: Truth): string[] {
  return [...truth.used].flatMap(([run, used]) => {
    const drawn = turnsDrawn(truth, `account.project.${PROJECT}`, run);
    return drawn === used ? [] : [`the project was told ${drawn} of ${used} turns of ${run}`];
  });
}

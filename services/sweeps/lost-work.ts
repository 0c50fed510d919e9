// Tells a run that its worker is lost, or a merge queue or a deployment that its holder is.
// It must never be told as anything but evidence: what follows from it is decided by the record.
import { parseAddress } from '../../machines/address.ts';
import type { Host } from '../actors/host.ts';
import type { Log } from '../actors/log.ts';
import type { Lost } from './reaper.ts';

/** @throws as `Host.tell` */
export async function reportLost(host: Pick<Host, 'tell'>, run: Lost, log: Log): Promise<void> {
  const { address, worker, epoch, unseenMs } = run;
  const evidence = `presence of ${worker} not seen for ${Math.round(unseenMs)} ms`;
  const reply = await host.tell({ ...lossOf(run, evidence), address, door: 'tell' });
  log.warn({ address, worker, epoch, outcome: reply.outcome, to: reply.state }, 'worker lost');
}

/** Several hosts may see that a holder is lost: by its token, the id is the same for all of them. */
function lossOf({ address, worker, epoch, revision }: Lost, evidence: string) {
  const kind = parseAddress(address)?.kind;
  if (kind === 'merge' || kind === 'deployment') {
    const data = { token: epoch, worker, evidence };
    return { type: 'holder-lost', id: `${address}:${epoch}:holder-lost`, data };
  }
  const data = { epoch, worker, evidence };
  return { type: 'worker-lost', id: `${address}:${revision}:worker-lost`, data };
}

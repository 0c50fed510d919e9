// Eight claimants in one process: each claims every run it is told of, under an id of its own.
// Says `ready`, then waits for the runs, then answers with what each claim came to.
import { parseAddress } from '../../machines/address.ts';
import { partitionOf } from '../../machines/partition.ts';
import { createAsker } from '../../transport/nats/asker.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { localClock } from './local-clock.ts';

export interface ClaimantsOptions {
  url: string;
  process: number;
  claimants: number;
  partitions: number;
}

export interface ClaimOrder {
  address: string;
  evaluatedRevision: number;
}

export interface ClaimResult {
  address: string;
  id: string;
  outcome: 'applied' | 'refused' | 'failed';
}

const options = JSON.parse(process.argv[2] ?? '{}') as ClaimantsOptions;
process.once('disconnect', () => process.exit(0));
const nc = await connectNats({ url: options.url, name: `claimants ${options.process}` });
const asker = createAsker(nc, localClock, (address) => {
  const parsed = parseAddress(address);
  return parsed === null ? 0 : partitionOf(parsed, options.partitions);
});

async function claim(order: ClaimOrder, claimant: string): Promise<ClaimResult> {
  const { address, evaluatedRevision } = order;
  const id = `${claimant}@${address}`;
  const verdict = { kind: 'pass', cause: 'race' };
  const data = { epoch: 1, claimant, verdict, evaluatedRevision };
  try {
    const reply = await asker.ask({ address, type: 'claim', id, data }, { timeoutMs: 120_000 });
    return { address, id, outcome: reply.outcome };
  } catch {
    return { address, id, outcome: 'failed' };
  }
}

process.once('message', async (orders: ClaimOrder[]) => {
  const results: ClaimResult[] = [];
  for (const order of orders) {
    const names = Array.from({ length: options.claimants }, (_, n) => `p${options.process}c${n}`);
    results.push(...(await Promise.all(names.map((name) => claim(order, name)))));
  }
  await nc.close();
  // Only after the last byte: closing the channel drops what is still on its way.
  process.send?.(results, () => process.disconnect());
});
process.send?.('ready');

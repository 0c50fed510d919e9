// Opens items for a measurement, many side by side. Each has its own name in the process.
import type { Asker } from '../../transport/ports.ts';

const OPENED_AT_ONCE = 64;
let items = 0;

export async function openItems(asker: Asker, project: string, count: number): Promise<void> {
  let left = count;
  const side = async () => {
    while (left > 0) {
      left -= 1;
      await openItem(asker, project);
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, OPENED_AT_ONCE) }, side));
}

export async function openItem(asker: Asker, project: string): Promise<void> {
  items += 1;
  const address = `item.${project}.i${items}`;
  const reply = await asker.ask({ address, type: 'open', data: { title: 'measured' } });
  if (reply.outcome !== 'applied') throw new Error(`${address} was refused: ${reply.reason}`);
}

// Stands between GitHub and onceward, and does to webhooks what networks do: loses them, doubles them, turns them
// round. What it does is planned by repository, and everything it was given is written down.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Plan =
  | { kind: 'pass' }
  | { kind: 'lose-all' }
  /** The n-th of the repository, from 0. */
  | { kind: 'lose-one'; n: number }
  | { kind: 'twice' }
  /** Each group of so many comes in reverse order; the rest when it is asked for. */
  | { kind: 'reverse'; groupSize: number };

interface Letter {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Postman {
  url: string;
  /** How many were given to it for a repository. */
  count(repository: string): number;
  /** Statuses of the answers of onceward, by repository. */
  answers(repository: string): readonly number[];
  /** Hands over what is still held back. */
  flush(repository: string): Promise<void>;
  close(): void;
}

export async function startPostman(
  onceward: string,
  planOf: (repository: string) => Plan,
): Promise<Postman> {
  const given = new Map<string, number>();
  const held = new Map<string, Letter[]>();
  const answers = new Map<string, number[]>();

  const handOver = async (repository: string, { headers, body }: Letter): Promise<void> => {
    const names = ['content-type', 'x-github-event', 'x-github-delivery', 'x-hub-signature-256'];
    const kept = names.map((name) => [name, String(headers[name] ?? '')] as const);
    const response = await fetch(onceward, {
      ...{ method: 'POST', headers: Object.fromEntries(kept), body: new Uint8Array(body) },
    }).catch(() => null);
    answers.set(repository, [...(answers.get(repository) ?? []), response?.status ?? 0]);
  };
  const flush = async (repository: string): Promise<void> => {
    const letters = held.get(repository) ?? [];
    held.set(repository, []);
    for (const letter of letters.reverse()) await handOver(repository, letter);
  };
  const take = async (repository: string, letter: Letter): Promise<void> => {
    const n = given.get(repository) ?? 0;
    given.set(repository, n + 1);
    const plan = planOf(repository);
    if (plan.kind === 'lose-all' || (plan.kind === 'lose-one' && plan.n === n)) return;
    if (plan.kind === 'reverse') {
      const letters = [...(held.get(repository) ?? []), letter];
      held.set(repository, letters);
      if (letters.length >= plan.groupSize) await flush(repository);
      return;
    }
    await handOver(repository, letter);
    if (plan.kind === 'twice') await handOver(repository, letter);
  };

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    response.end();
    const repository = String(JSON.parse(body.toString('utf8')).repository?.full_name ?? '');
    await take(repository, { headers: request.headers, body });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    ...{ flush, count: (repository) => given.get(repository) ?? 0 },
    answers: (repository) => answers.get(repository) ?? [],
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

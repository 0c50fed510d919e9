// Three repositories of which one can be made to fail for onceward, as a whole or in part, while the others go on.
// It must never fail for the people of the tests: they see GitHub as it is.
import type { ItemContext } from '../../../machines/item/context.ts';
import type { Answer } from '../../support/github-emulator.ts';
import { JSON_TYPE, type Message, type Reply, refusal } from '../../support/github-replies.ts';
import { type GitHubWorld, OWNER, startGitHubWorld } from './github-world.ts';

const STAGES = `\
      - { name: look, kind: command, command: 'true' }
`;

/** Null passes the request on; `silence` never answers. */
export type Failure = (message: Message) => Reply | 'silence' | null;

export interface FailingWorld extends Pick<GitHubWorld, 'until' | 'stop'> {
  /** From now on requests of onceward about the repository `slow` fare like this. */
  fail(failure: Failure): void;
  /** When requests about `slow` came since the last call of `fail`, on the wall clock; the oldest first. */
  asked: number[];
  /** Opens an issue; returns its number. */
  open(project: Name, title?: string): Promise<number>;
  /** Resolves once the issue has had its stage. */
  worked(project: Name, issue: number): Promise<void>;
  /** Opens an issue, and resolves once it has had its stage. */
  work(project: Name): Promise<{ number: number; tookMs: number }>;
  /** Of onceward on this issue. */
  comments(project: Name, issue: number): Promise<string[]>;
}

const NAMES = ['slow', 'shop', 'desk'] as const;
type Name = (typeof NAMES)[number];

let worlds = 0;

/** @param isApart `slow` has a connection of its own; otherwise all share one */
export async function startFailingWorld({ isApart = false } = {}): Promise<FailingWorld> {
  worlds += 1;
  // All worlds of a file share one nats-server: what one has opened would be there in the next.
  const full = (name: Name) => `${name}-${worlds}`;
  const world = await startGitHubWorld({
    ...{ projects: NAMES.map(full), stages: STAGES },
    settings: ['presenceTtlMs: 2000', 'progressMs: 200'],
    connectionOf: Object.fromEntries(
      NAMES.map((name) => [full(name), isApart && name === 'slow' ? 'apart' : 'shared']),
    ),
  });
  let failure: Failure = () => null;
  const asked: number[] = [];
  const slow = `/repos/${OWNER}/${full('slow')}/`;
  world.github.intercept(async (message, pass) => {
    const isOurs = (message.headers['user-agent'] ?? '').startsWith('onceward/');
    if (!isOurs || !message.path.startsWith(slow)) return pass();
    asked.push(Date.now());
    const reply = failure(message);
    if (reply === 'silence') return new Promise<never>(() => {});
    return reply ?? pass();
  });
  const failing: FailingWorld = {
    ...{ asked, until: world.until, stop: world.stop },
    fail(given) {
      failure = given;
      asked.length = 0;
    },
    async open(name, title = 'a task') {
      const given = { title, labels: ['onceward'] };
      return (await world.alice(full(name), 'POST', '/issues', given)).number;
    },
    async worked(name, issue) {
      await world.fleet.until(`item.${full(name)}.gh-${issue}`, ({ context }) => {
        return (context as unknown as ItemContext).runs.length > 0;
      });
    },
    async work(name) {
      const sinceMs = Date.now();
      const number = await failing.open(name);
      await failing.worked(name, number);
      return { number, tookMs: Date.now() - sinceMs };
    },
    async comments(name, issue) {
      const said: Answer[] = await world.alice(full(name), 'GET', `/issues/${issue}/comments`);
      return said.map(({ body }) => body);
    },
  };
  return failing;
}

export const BROKEN: Failure = () => refusal(500, 'planned by the test');
export const SILENT: Failure = () => 'silence';
export const NOT_NOW =
  (seconds: number): Failure =>
  () => ({
    ...refusal(403, 'You have exceeded a secondary rate limit.'),
    headers: { ...JSON_TYPE, 'retry-after': String(seconds) },
  });

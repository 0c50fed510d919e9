// A fleet as one might meet it on a weekday: two projects with items that are worked on, wait for a person or a
// publisher, are parked, and are done. The pictures of the page are taken of it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { type PageFleet, startPageFleet } from '../support/page-fixture.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { isIn } from './awaited-state.ts';

const IDENTITY = ['-c', 'user.name=sample', '-c', 'user.email=sample@onceward.invalid'];

/** What people asked for, by item. */
const WANTED: Readonly<Record<string, string>> = {
  'shop/login-9': 'Sessions outlive a change of password',
  'shop/mail-5': 'Receipts go out twice when the mail server is slow',
  'shop/search-31': 'Search finds nothing for words with umlauts',
  'shop/cart-88': 'The cart loses its lines after signing in',
  'shop/api-204': 'Answer 429 with Retry-After instead of 503',
  'shop/invoice-3': 'Invoices round each line, not the sum',
  'shop/orders-12': 'Export orders as CSV',
  'shop/checkout-17': 'Totals are wrong when a voucher covers the shipping',
  'docs/guide-3': 'A guide to moving from version 1',
  'docs/faq-7': 'Answer the five questions that support hears most',
};

/** Stands for a coding agent: it tells what it does, and leaves a commit. */
const AGENT = `
say() { printf '%s %s\\n' "$(date +%T)" "$1"; sleep 0.05; }
say "reading the task: $ONCEWARD_TITLE"
say "attempt $ONCEWARD_ATTEMPT of $ONCEWARD_STAGE, on $ONCEWARD_BRANCH"
[ -s "$ONCEWARD_FEEDBACK_FILE" ] && say "the last attempt was told: $(head -c 120 "$ONCEWARD_FEEDBACK_FILE")"
say "src/$ONCEWARD_ITEM.ts: 3 places found"
echo "$ONCEWARD_TITLE, attempt $ONCEWARD_ATTEMPT" >> "$ONCEWARD_ITEM.txt"
say "src/$ONCEWARD_ITEM.ts: changed, with a test"
case "$ONCEWARD_ITEM" in
  checkout-17 | orders-12)
    say "running 214 tests"
    n=0
    while [ $n -lt 600 ]; do n=$((n + 2)); echo "  $n tests passed"; sleep 2; done ;;
esac
git add . && git commit -qm "$ONCEWARD_TITLE"
say "committed $(git rev-parse --short HEAD)"
`;

/** A gate: finds fault with some of the work. */
const CHECK = `
case "$ONCEWARD_ITEM/$ONCEWARD_ATTEMPT" in
  search-31/*) echo 'search.test.ts: expected 3 results for "Größe", found 0 (2 of 214 tests fail)'; exit 1 ;;
  mail-5/1) echo 'mail.test.ts: 2 receipts for order 7, expected 1 (1 of 214 tests fails)'; exit 1 ;;
esac
`;

const LAND =
  'for try in 1 2 3 4 5 6 7 8; do git fetch -q origin main && git rebase -q FETCH_HEAD && ' +
  'git push -q origin HEAD:main && exit 0; sleep 0.2; done; exit 1';

function configurationFor(remote: string): string {
  return `version: 1
settings: { graceMs: 60000, finalizeTimeoutMs: 10000, progressMs: 500, sweepMs: 500, bootGraceMs: 0, retryBackoffMs: 200 }
projects:
  shop: { repository: ${remote}, pipeline: standard, maxConcurrentRuns: 8 }
  docs: { repository: ${remote}, pipeline: editorial }
pools:
  default: { slots: 8 }
pipelines:
  standard:
    stages:
      - name: build
        kind: agent
        command: sh tools/agent.sh
        gates: [{ kind: exit }, { kind: command, command: sh tools/check.sh, timeoutMs: 10000 }]
        budgets: { product: 2 }
      - { name: review, kind: approval, onReject: build }
      - { name: release, kind: command, command: '${LAND}', onFail: build }
  editorial:
    stages:
      - { name: draft, kind: external }
      - { name: proofread, kind: external, onFail: draft }
      - { name: publish, kind: external }
`;
}

export interface SampleFleet extends PageFleet {
  /** Resolves once every item is where it is to be seen. */
  ready: Promise<unknown>;
}

export async function startSampleFleet(): Promise<SampleFleet> {
  const folder = temporaryDirectory();
  const remote = await makeRepository(folder);
  const configuration = join(folder, 'onceward.yaml');
  writeFileSync(configuration, configurationFor(remote));
  const fleet = await startPageFleet({ configuration });
  return { ...fleet, ready: play(fleet) };
}

async function makeRepository(folder: string): Promise<string> {
  const remote = join(folder, 'shop.git');
  const seed = join(folder, 'seed');
  await execa('git', ['init', '-q', '--bare', '-b', 'main', remote]);
  await execa('git', ['init', '-q', '-b', 'main', seed]);
  await execa('mkdir', [join(seed, 'tools')]);
  writeFileSync(join(seed, 'tools/agent.sh'), AGENT);
  writeFileSync(join(seed, 'tools/check.sh'), CHECK);
  const git = (...args: string[]) => execa('git', ['-C', seed, ...IDENTITY, ...args]);
  await git('add', '.');
  await git('commit', '-qm', 'the shop');
  await git('push', '-q', remote, 'main');
  return remote;
}

async function play(fleet: PageFleet): Promise<void> {
  const { session, send } = fleet;
  const isAt = (address: string, state: string) => isIn(session, address, state);
  for (const [address, title] of Object.entries(WANTED)) {
    await fleet.submit(address, title, `${title}.\n\nSeen by three customers this week.`);
  }
  const publish = async (run: string) => {
    await send(run, 'started', { worker: 'editor-2' });
    await send(run, 'exited', { code: 0 });
    await send(run, 'claim', {
      claimant: 'editor-2',
      verdict: { kind: 'pass', cause: 'read', summary: 'No remarks.' },
    });
  };
  await publish('docs/guide-3/draft/1');
  await send('docs/guide-3/proofread/1', 'started', { worker: 'editor-1' });
  await Promise.all(
    ['shop/login-9', 'shop/mail-5'].map(async (address) => {
      await isAt(address, 'awaitingApproval');
      await send(address, 'approve', { by: 'operator:ada', comment: 'Looks right to me.' });
      await isAt(address, 'done');
    }),
  );
  await Promise.all([
    isAt('shop/search-31', 'parked'),
    isAt('shop/cart-88', 'awaitingApproval'),
    isAt('shop/api-204', 'awaitingApproval'),
    isAt('shop/checkout-17/build/1', 'running.working'),
    isAt('shop/orders-12/build/1', 'running.working'),
  ]);
  await isAt('shop/invoice-3', 'awaitingApproval');
  await send('shop/invoice-3', 'pause', { by: 'operator:ada', reason: 'after the quarter' });
}

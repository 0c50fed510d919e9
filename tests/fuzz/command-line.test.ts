// Time limit: 300 s
// Goal: what a person types, and what stands in the audit, never breaks a command or a terminal.
// Method: addresses, durations, states and filters, and messages of the audit, with hostile changes.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { auditLine } from '../../services/inspect/audit-line.ts';
import { printable } from '../../services/inspect/printable.ts';
import { isBelow, parseAuditMessage } from '../../services/queries/audit-entries.ts';
import { parseDuration } from '../../services/queries/duration.ts';
import { assertState } from '../../services/queries/state-names.ts';
import {
  actorAddress,
  parseUserAddress,
  userAddress,
} from '../../services/queries/user-address.ts';
import { OncewardError } from '../../transport/errors.ts';
import { fuzz, type Judgement } from './campaign.ts';
import { hugeText, mutated, mutatedText, nastyText } from './garbage.ts';

const typed = fc.oneof(
  {
    weight: 80,
    arbitrary: mutatedText(
      fc.constantFrom(
        'shop/7',
        'shop/7/build',
        'shop/7/build/2',
        'run.shop.7.build.1',
        '60s',
        '2h',
      ),
    ),
  },
  { weight: 20, arbitrary: fc.constantFrom('finalizing', 'running.working', 'done', 'parked') },
  { weight: 20, arbitrary: nastyText },
  { weight: 1, arbitrary: hugeText },
);

/** The first reader that takes it; otherwise the refusal of the last. */
function readTyped(text: string): Judgement {
  const readers = [
    () => userAddress(actorAddress(parseUserAddress(text)) ?? ''),
    () => parseDuration(text),
    () => assertState('run', text),
    () => assertState('item', text),
  ];
  const refusals = readers.flatMap((read): OncewardError[] => {
    try {
      read();
      return [];
    } catch (error) {
      if (error instanceof OncewardError && error.code === 'USAGE') return [error];
      throw error;
    }
  });
  if (refusals.length < readers.length) return { outcome: 'accepted' };
  const longest = refusals.map(({ message }) => message).sort((a, b) => b.length - a.length)[0];
  // As it is told: error-report makes every message printable.
  return { outcome: 'refused', reason: 'USAGE', message: printable(longest ?? '') };
}

test('what is typed is understood, or refused as a mistake of usage', () => {
  const { acceptedShare } = fuzz({
    ...{ name: 'addresses, durations and states', cases: 10_000 },
    ...{ inputs: typed, judge: readTyped },
  });

  assert.ok(acceptedShare > 0.2, `accepted: ${acceptedShare}`);
});

const entry = {
  ...{ atMs: 1_000_000, address: 'run.shop.7.build.1', id: 'e1', type: 'exited', door: 'ask' },
  ...{ outcome: 'refused', from: 'finalizing', to: null, revision: 4, claimant: 'w1' },
  ...{ reason: 'not-now', message: 'too late', by: 'host-1' },
};
const auditMessage = fc.oneof(
  { weight: 60, arbitrary: mutated([{ v: 1, entries: [entry, entry] }]).map(written) },
  { weight: 20, arbitrary: mutatedText(fc.constant(written({ v: 1, entries: [entry] }))) },
  { weight: 10, arbitrary: nastyText },
  { weight: 1, arbitrary: hugeText },
);

test('a message of the audit becomes one printable line for each entry, or none', () => {
  const style = (_: string, text: string) => text;

  const { acceptedShare } = fuzz({
    name: 'audit messages',
    cases: 5_000,
    inputs: auditMessage,
    judge(body): Judgement {
      const entries = parseAuditMessage(body);
      const lines = entries.map((line) => auditLine(line, { style }));
      assert.equal(
        lines.filter((line) => /[\p{Cc}\u2028\u2029]/u.test(line)),
        [],
      );
      assert.is(entries.filter((line) => isBelow(line, 'shop/7/other')).length, 0);
      if (lines.length > 0) return { outcome: 'accepted' };
      return { outcome: 'refused', reason: 'not-an-entry', message: 'left out' };
    },
  });

  assert.ok(acceptedShare > 0.3, `accepted: ${acceptedShare}`);
});

test.run();

function written(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

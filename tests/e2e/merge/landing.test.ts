// Time limit: 120 s
// Goal: items land one after the other on the base branch, tested as merged. Method: a whole `onceward up` with a
// real server, a real remote and real commands; one of two items breaks the other, each is green alone.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startAgentFleet } from '../../support/agent-fleet.ts';
import { within } from '../../support/within.ts';

const PIPELINE = `
stages:
  - name: work
    kind: command
    command: 'echo "$ONCEWARD_ITEM" > "$ONCEWARD_ITEM.txt" && git add -A && git commit -qm "work of $ONCEWARD_ITEM"'
  - name: land
    kind: merge
    gates: [{ kind: command, command: 'test $(ls *.txt | wc -l) -lt 3' }]
    merge: { admission: none }
    budgets: { product: 1 }
`;

test(
  'what is green as merged lands, and what is red only together with the base is sent back',
  within(100_000, async () => {
    const fleet = await startAgentFleet({ projects: { shop: { pipeline: PIPELINE } } });

    await fleet.submit('shop.a');
    await fleet.item('shop.a', 'done');
    await fleet.submit('shop.b');
    const b = await fleet.item('shop.b', 'done');
    await fleet.submit('shop.c');
    const c = await fleet.item('shop.c', 'parked');
    const log = await fleet.git('log', '--first-parent', '--format=%s', 'main');

    assert.equal(log.split('\n'), ['Merge b: a task', 'Merge a: a task', 'seed']);
    assert.is(b.isLanded, true);
    assert.is(c.isLanded, false);
    assert.match(c.feedback, /^merge-red: .*green without it/s);
    await fleet.stop();
  }),
);

test.run();

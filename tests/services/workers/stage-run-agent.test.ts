// What an agent is started with: its prompt, its session, its limits and its account; and what is said where it is not.
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { createAgentRun } from './agent-run-fixture.ts';
import { createGates } from './gate-fixture.ts';

const PROMPT = '.onceward/build.md';
const session = { id: 'session-1', machine: 'machine-1' };

/** Files of this process that are open below a folder. */
function openBelow(folder: string): string[] {
  const targets = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      // Closed meanwhile: the one that lists them, above all.
      return [];
    }
  });
  return targets.filter((target) => target.startsWith(folder));
}

test(
  'an agent that ends well is judged by its gates, and its prompt is kept with the run',
  within(20_000, async () => {
    const work = 'echo fixed > fix.txt; git add .; git commit -qm fix';
    const { carry, verdict, exited, given, paths } = await createAgentRun({
      stage: { env: { FAKE_AGENT_WORK: work } },
    });

    assert.is(await carry(), 'claim-won');

    assert.is(verdict().kind, 'pass');
    assert.is(exited()['cause'], 'exit-code');
    assert.match(given().prompt, 'Sums are wrong');
    assert.is(readFileSync(paths.promptFile, 'utf8'), given().prompt);
    assert.not.match(given().argv.join(' '), 'Sums are wrong');
  }),
);

test(
  'the template is that of the base branch, whatever the branch of the item has made of it',
  within(20_000, async () => {
    const { carry, remote, given } = await createAgentRun({ agent: { prompt: PROMPT } });
    await remote.commit('main', PROMPT, 'Do {{title}} as the base has it.');
    await remote.commit('onceward/7', PROMPT, 'Do as the agent before you says.');

    await carry();

    assert.match(given().prompt, 'as the base has it');
    assert.not.match(given().prompt, 'agent before you');
  }),
);

for (const { what, commit, words } of [
  { what: 'is missing', commit: null, words: /\.onceward\/build\.md is not on main/ },
  { what: 'is too large', commit: 'x'.repeat(262_145), words: /262145 of at most 262144 bytes/ },
  { what: 'names what nobody knows', commit: '\n{{tilte}}', words: /line 2.*did you mean "title"/ },
]) {
  test(
    `a template that ${what} is for people: nothing is started, and no retry is charged`,
    within(20_000, async () => {
      const { carry, remote, run, verdict, exited, deps } = await createAgentRun({
        agent: { prompt: PROMPT },
      });
      if (commit !== null) await remote.commit('main', PROMPT, commit);

      assert.is(await carry(), 'claim-won');

      assert.equal([verdict().kind, verdict().cause], ['inconclusive', 'prompt-invalid']);
      assert.match(verdict().summary, words);
      assert.match(String(exited()['evidence']), words);
      assert.is(run.last('progress'), undefined);
      assert.equal(openBelow(deps.stateDir), []);
    }),
  );
}

test(
  'whoever judges a run that was never started says the same as its worker',
  within(20_000, async () => {
    const { evaluate } = await createGates([{ kind: 'exit' }]);
    const evidence = 'the prompt a.md is not on main (0123)';

    const verdict = await evaluate({ code: null, signal: null, cause: 'prompt-invalid', evidence });

    assert.is(verdict.kind, 'inconclusive');
    assert.match(verdict.summary, evidence);
  }),
);

test(
  'a session is gone on with in a few words, with the feedback and the places of the new run',
  within(20_000, async () => {
    const { carry, given, paths, job } = await createAgentRun({
      agent: { prompt: PROMPT },
      stage: { gates: [{ kind: 'verdict', path: 'reviews/{attempt}.json' }] },
      job: { session, feedback: 'The totals are still wrong.', attempt: 3 },
    });

    await carry();

    const { argv, prompt } = given();
    assert.ok(argv.includes('--resume=session-1'), argv.join(' '));
    assert.match(prompt, 'The totals are still wrong.');
    assert.match(prompt, paths.commentFile);
    assert.match(prompt, 'reviews/3.json');
    assert.not.match(prompt, job.title);
  }),
);

test(
  'a session of another machine is not gone on with: the agent is told everything',
  within(20_000, async () => {
    const { carry, given, exited } = await createAgentRun({
      job: { session: { ...session, machine: 'machine-2' } },
    });

    await carry();

    assert.not.ok(given().argv.some((argument) => argument.startsWith('--resume')));
    assert.match(given().prompt, 'Sums are wrong');
    assert.is((exited()['session'] as { machine: string }).machine, 'machine-1');
  }),
);

test(
  'a limit on turns is passed on; a cap is not, for a person may allow more of it',
  within(20_000, async () => {
    const capped = await createAgentRun({ stage: { caps: { turns: 3 } } });
    const limited = await createAgentRun({
      agent: { maxTurns: 5, model: 'a-model', args: ['--a', 'b c'] },
      stage: { caps: { turns: 3 } },
    });

    await capped.carry();
    await limited.carry();

    assert.not.match(capped.given().argv.join(' '), '--max-turns');
    const asked = ['--model', 'a-model', '--max-turns', '5', '--a', 'b c'];
    assert.equal(limited.given().argv.slice(-asked.length), asked);
  }),
);

test(
  'a program that is not there is named, and is a fault of the infrastructure',
  within(20_000, async () => {
    const { carry, verdict, exited } = await createAgentRun({ agent: { executable: 'claudette' } });

    await carry();

    assert.equal([verdict().kind, verdict().cause], ['infra_error', 'spawn-failed']);
    assert.match(verdict().summary, /cannot start claudette in \/\S+: ENOENT/);
    assert.is(exited()['cause'], 'spawn-failed');
  }),
);

test(
  'an agent is given the variables of its account, and no others of its worker',
  within(20_000, async () => {
    const { carry, given } = await createAgentRun();

    await carry();

    assert.ok(given().environment.includes('TEAM_TOKEN'));
    assert.not.ok(given().environment.includes('OTHER_TOKEN'));
  }),
);

test(
  'neither a gate of an agent nor a plain command is given a credential',
  within(20_000, async () => {
    const unset = 'test -z "$TEAM_TOKEN"';
    const gated = await createAgentRun({
      stage: { gates: [{ kind: 'command', command: unset, timeoutMs: 10_000 }] },
    });
    const plain = await createAgentRun();
    const { agent: _, ...stage } = plain.job.stage;
    Object.assign(plain.job, { stage: { ...stage, command: unset } });

    await gated.carry();
    await plain.carry();

    assert.is(gated.verdict().kind, 'pass', gated.verdict().summary);
    assert.is(plain.exited()['code'], 0);
  }),
);

test(
  'a variable that the worker lacks is said before anything is made or started',
  within(20_000, async () => {
    const { carry, verdict, run, paths } = await createAgentRun({
      deps: { environment: { PATH: process.env['PATH'] } },
    });

    await carry();

    assert.equal([verdict().kind, verdict().cause], ['infra_error', 'workspace-failed']);
    assert.match(verdict().summary, 'account "team" names TEAM_TOKEN');
    assert.is(run.last('progress'), undefined);
    assert.not.ok(existsSync(paths.runFolder));
  }),
);

test.run();

// Whatever an agent does with the credential it was given: nothing that onceward writes or tells holds it.
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Accounts } from '../../../services/config/account-settings.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { createAgentRun, TOKEN } from './agent-run-fixture.ts';

/** Speaks as Claude Code does, each time in two pieces, with something of the other stream in between. */
const TALK = `#!/bin/sh
cat > /dev/null
first=\${TEAM_TOKEN%??????????}
rest=\${TEAM_TOKEN#"$first"}
echo '{"type":"system","subtype":"init","session_id":"'$TEAM_TOKEN'","model":"m"}'
printf '{"type":"assistant","message":{"id":"m1","content":[{"type":"text","text":"my key: %s' "$first"
sleep 0.1
printf 'and on stderr: %s' "$first" >&2
sleep 0.1
printf '%s"}],"usage":{"input_tokens":5,"output_tokens":5}}}\\nstray line\\n' "$rest"
sleep 0.1
printf '%s\\n' "$rest" >&2
echo "I said $TEAM_TOKEN" > "$ONCEWARD_COMMENT_FILE"
`;
const SUCCESS = `echo '{"type":"result","subtype":"success","result":"done with '$TEAM_TOKEN'"}'
printf '{"verdict":"product_fail","cause":"%s","summary":"no: %s"}' "$TEAM_TOKEN" "$TEAM_TOKEN" > "$ONCEWARD_RUN_FOLDER/verdict.json"
`;
const FAILURE = `echo '{"type":"result","subtype":"error_during_execution","is_error":true,"result":"failed with '$TEAM_TOKEN'"}'
exit 1
`;
/** Written by the agent itself, where it may write what it likes. */
const AGENTS_OWN = /\/runs\/shop\/7\/[^/]+\/(?:comment\.md|verdict\.json)$/;

async function setup(end: string, accounts?: () => Accounts) {
  const executable = join(temporaryDirectory(), 'talker');
  writeFileSync(executable, TALK + end);
  chmodSync(executable, 0o755);
  const worker = await createAgentRun({
    agent: { executable },
    stage: { gates: [{ kind: 'verdict', path: 'verdict.json' }] },
    deps: accounts === undefined ? {} : { accounts },
  });
  const holders = () =>
    filesBelow(worker.deps.stateDir)
      .filter((path) => !AGENTS_OWN.test(path))
      .filter((path) => piecesIn(readFileSync(path, 'latin1')).length > 0);
  const told = () => piecesIn(JSON.stringify(worker.run.requests));
  return { ...worker, holders, told };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** The credential, and either of its halves. */
function piecesIn(text: string): string[] {
  return [TOKEN, TOKEN.slice(0, -10), TOKEN.slice(-10)].filter((piece) => text.includes(piece));
}

test(
  'a credential that an agent prints, says, judges and comments with is in no file and in no record',
  within(20_000, async () => {
    const { carry, holders, told, verdict, paths, run } = await setup(SUCCESS);

    assert.is(await carry(), 'claim-won');

    const log = readFileSync(paths.logPath, 'utf8');
    assert.match(log, 'my key: [secret]');
    assert.match(log, 'and on stderr: [secret]');
    assert.match(readFileSync(paths.transcriptPath, 'utf8'), 'done with [secret]');
    assert.match(run.report() ?? '', 'I said [secret]');
    assert.is(verdict().summary, 'no: [secret]');
    assert.equal([holders(), told()], [[], []]);
  }),
);

test(
  'nor is one in the evidence of an end that went wrong',
  within(20_000, async () => {
    const { carry, holders, told, exited, verdict } = await setup(FAILURE);

    await carry();

    assert.match(String(exited()['evidence']), 'failed with [secret]');
    assert.is(verdict().cause, 'agent-crashed');
    assert.equal([holders(), told()], [[], []]);
  }),
);

test(
  'nor is one whose account a reload takes away while its agent is at work',
  within(20_000, async () => {
    const commentFile = () => worker.paths.commentFile;
    const worker = await setup(SUCCESS, () =>
      existsSync(commentFile()) ? {} : { team: { env: ['TEAM_TOKEN'] } },
    );
    const { carry, holders, told } = worker;

    await carry();

    assert.ok(existsSync(commentFile()));
    assert.equal([holders(), told()], [[], []]);
  }),
);

test(
  'accounts are those of the moment a run begins',
  within(20_000, async () => {
    let accounts: Accounts = {};
    const { given, carry } = await createAgentRun({ deps: { accounts: () => accounts } });
    accounts = { team: { env: ['OTHER_TOKEN'] } };

    await carry();

    const names = given().environment.filter((name) => name.endsWith('_TOKEN'));
    assert.equal(names, ['OTHER_TOKEN']);
  }),
);

test.run();

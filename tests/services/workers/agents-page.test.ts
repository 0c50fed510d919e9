// docs/agents.md says what the code does: variables, causes, options of the fake agent.
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { promptVariablesTable } from '../../../services/workers/prompt-variables.ts';
import { FAKE_AGENT } from '../../support/agents/agent-process.ts';

const PAGE = textAt('../../../docs/agents.md');

function textAt(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))].sort();
}

test('the table of prompt variables is that of the code', () => {
  const table = /<!-- prompt variables -->\n([\s\S]*?)\n<!-- end/.exec(PAGE)?.[1];

  assert.fixture(table ?? '', promptVariablesTable());
});

test('every cause of an outcome is explained, and no other', () => {
  const port = textAt('../../../services/workers/adapters/adapter.ts');
  const causes = namesIn(/OutcomeCause =([\s\S]*?);/.exec(port)?.[1] ?? '', /'([a-z-]+)'/g);
  const section = /## What an end means\n([\s\S]*?)\n- /.exec(PAGE)?.[1] ?? '';

  assert.is(causes.length, 7);
  assert.equal(namesIn(section, /^\| `([a-z-]+)` \|/gm), causes);
});

test('every option of the fake agent is listed, and no other', () => {
  const options = namesIn(readFileSync(FAKE_AGENT, 'utf8'), /env\.(FAKE_AGENT_[A-Z_]+)/g);

  assert.ok(options.length > 8);
  assert.equal(namesIn(PAGE, /^\| `(FAKE_AGENT_[A-Z_]+)` \|/gm), options);
});

test.run();

#!/usr/bin/env node
// Stands in for `claude` and `codex`: replays a transcript through a real process, with chosen delays and ends.
// It must never outlive its test by long: what it leaves running ends by itself. Described in docs/agents.md.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const HERE = new URL('.', import.meta.url).pathname;
/** Hanging, and what was left behind, is over after this, in milliseconds. */
const END_OF_ALL_MS = 120_000;
const env = process.env;
const argv = process.argv.slice(2);

/** `exec` is how Codex is called without a person. */
const kind = env.FAKE_AGENT_KIND ?? (argv[0] === 'exec' ? 'codex' : 'claude');
const delayMs = Number(env.FAKE_AGENT_DELAY_MS ?? 0);
const session = resumed() ?? env.FAKE_AGENT_SESSION ?? randomUUID();

for (const signal of (env.FAKE_AGENT_IGNORE ?? '').split(',').filter(Boolean)) {
  process.on(signal, () => {});
}
if (env.FAKE_AGENT_ESCAPEE) leaveEscapee(env.FAKE_AGENT_ESCAPEE);
const prompt = await standardInput();
if (env.FAKE_AGENT_RECORD) record(env.FAKE_AGENT_RECORD);
if (env.FAKE_AGENT_HANG === 'start') await hang();
const code = await replay(transcript(env.FAKE_AGENT_TRANSCRIPT ?? `${kind}-success`));
if (env.FAKE_AGENT_HANG === 'end') await hang();
if (env.FAKE_AGENT_SIGNAL) {
  process.kill(process.pid, env.FAKE_AGENT_SIGNAL);
  await pause(END_OF_ALL_MS);
}
process.exitCode = Number(env.FAKE_AGENT_EXIT ?? code);

async function standardInput() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Both agents go on under the id they are asked to resume. */
function resumed() {
  const option = argv.find((arg) => arg.startsWith('--resume='));
  if (option) return option.slice('--resume='.length);
  const place = argv.indexOf('resume');
  return place === -1 ? undefined : argv[place + 1];
}

function transcript(name) {
  const path = isAbsolute(name) ? name : join(HERE, 'transcripts', `${name}.jsonl`);
  return readFileSync(path, 'utf8').trimEnd().split('\n').map(filled);
}

function filled(line) {
  const seconds = Math.floor(Date.now() / 1_000);
  return line
    .replaceAll('{{session}}', session)
    .replace(/\{\{epoch\+(\d+)\}\}/g, (_, later) => String(seconds + Number(later)));
}

/** Writes the lines; gives back the exit code that the transcript names. */
async function replay(lines) {
  const hangAt = Number(env.FAKE_AGENT_HANG);
  const hasMark = lines.includes('# work');
  let exitCode = 0;
  let written = 0;
  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1;
    if (line === '# work' || (!hasMark && isLast)) await work();
    if (line.startsWith('# exit: ')) exitCode = Number(line.slice('# exit: '.length));
    if (line.startsWith('#')) continue;
    if (written === hangAt) await hang();
    await write(line);
    written += 1;
    if (delayMs > 0) await pause(delayMs);
  }
  return exitCode;
}

async function write(line) {
  const isError = line.startsWith('stderr: ');
  const stream = isError ? process.stderr : process.stdout;
  const text = isError ? line.slice('stderr: '.length) : line;
  // Waited for, so that nothing is lost when a signal ends it all.
  await new Promise((resolve) => stream.write(`${text}\n`, resolve));
}

/** What the agent does with its tools: a shell command that fails ends the agent as well. */
async function work() {
  if (!env.FAKE_AGENT_WORK) return;
  const child = spawn('/bin/sh', ['-c', env.FAKE_AGENT_WORK], { stdio: ['ignore', 2, 2] });
  const [exitCode] = await new Promise((resolve) => {
    child.on('close', (...how) => resolve(how));
  });
  if (exitCode !== 0) process.exit(exitCode ?? 1);
}

/** A process in a session of its own: no signal to the agent's group reaches it. */
function leaveEscapee(pidFile) {
  const child = spawn('sleep', [String(END_OF_ALL_MS / 1_000)], {
    detached: true,
    stdio: 'ignore',
  });
  child.unref();
  appendFileSync(pidFile, `${child.pid}\n`);
}

function record(path) {
  const environment = Object.keys(env).sort();
  writeFileSync(
    path,
    JSON.stringify({ kind, argv, prompt, environment, cwd: process.cwd(), session }),
  );
}

/** Silent, but alive. */
async function hang() {
  await pause(END_OF_ALL_MS);
  process.exit(70);
}

// Preloaded into every test process: ends one that hangs or leaks, and one that warns.
// It must never keep a process alive itself, and never speak while all is well.
import { writeSync } from 'node:fs';

const LIMIT_MS_DEFAULT = 110_000;
const EXIT_HUNG = 70;
const STDERR = 2;

const limitMs = Number(process.env['ONCEWARD_TEST_LIMIT_MS'] ?? LIMIT_MS_DEFAULT);
const warnings: string[] = [];

setTimeout(endHungProcess, limitMs).unref();
process.on('warning', noteWarning);
process.on('exit', failOnWarnings);

// A timer is not enough: a process that spins never gets round to it. The runner kills those.
function endHungProcess(): void {
  const held = process.getActiveResourcesInfo().join(', ') || 'nothing';
  say(`watchdog: the process did not end within ${limitMs} ms; still holding: ${held}`);
  process.exit(EXIT_HUNG);
}

function noteWarning(warning: Error): void {
  if (warning.name !== 'ExperimentalWarning') {
    warnings.push(`${warning.name}: ${warning.message}`);
  }
}

function failOnWarnings(exitCode: number): void {
  for (const warning of warnings) say(`watchdog: the process warned: ${warning}`);
  if (warnings.length > 0 && exitCode === 0) process.exitCode = 1;
}

// Synchronous, because the process is about to end and a pipe would lose the last lines.
function say(line: string): void {
  writeSync(STDERR, `${line}\n`);
}

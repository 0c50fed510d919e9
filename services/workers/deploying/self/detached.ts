// The program in which a step lives that replaces onceward: a process of its own, which no stop of a worker reaches.
// Started by replace-self.ts with the folder of the replacement; what it is given as environment is that of the commands.
import { carrySelfStep } from './self-step.ts';

const [folder = ''] = process.argv.slice(2);

await carrySelfStep(folder, {
  clock: {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  },
  environment: Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  ),
});

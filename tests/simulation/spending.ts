// What agents of some worlds use, and how their providers fail them: drawn when an agent starts.
// It must never know what becomes of it.
import { type Usage, usageSchema } from '../../machines/usage.ts';
import type { World } from './world.ts';
import { EPOCH_MS } from './world.ts';

/** One message of a simulated agent. */
export interface Said {
  usage: Usage;
  session: string;
  end?: { cause: string; evidence: string; resetAtMs?: number };
}

const MAX_TURNS = 6;
const MAX_RESET_MS = 5_000;
const MAX_PERSISTENCE_MS = 20_000;

/** In its first seconds a world may have a provider that refuses; later it serves. */
function isServing(world: World): boolean {
  return world.scheduler.nowMs() > MAX_PERSISTENCE_MS || world.prng.isLucky(0.75);
}

/** How the agent will end by its provider, or by its own limit; nothing when it does its work. */
export function drawEnd(world: World): Said['end'] {
  const { prng } = world;
  if (!isServing(world)) {
    const evidence = 'the provider refuses';
    if (prng.isLucky(0.5)) return { cause: 'provider-outage', evidence };
    const inMs = Math.floor(prng.fraction() * MAX_RESET_MS);
    const resetAtMs = Math.floor(EPOCH_MS + world.scheduler.nowMs() + inMs);
    return { cause: 'usage-limit', evidence, resetAtMs };
  }
  return prng.isLucky(0.08) ? { cause: 'turn-limit', evidence: 'max turns' } : undefined;
}

/** What it has used after each part of its work. */
export function drawUsage(world: World, parts: number): Usage[] {
  let turns = 0;
  return Array.from({ length: parts }, () => {
    turns += world.prng.integer(0, MAX_TURNS / parts);
    const outputTokens = turns * 100;
    const usd = turns / 1_000;
    return usageSchema.parse({ turns, outputTokens, usd, pricedTokens: outputTokens });
  });
}

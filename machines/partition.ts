// Which partition an actor belongs to. It must equal the server's own `partition(P,2,3)` transform,
// so that an event and an ask for the same item always reach the same host.

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * FNV-1a over the two tokens, modulo the number of partitions.
 * @see https://github.com/nats-io/nats-server/blob/main/server/subject_transform.go
 */
export function partitionOf(address: { project: string; subject: string }, count: number): number {
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(address.project + address.subject)) {
    hash = Math.imul(hash ^ byte, FNV_PRIME);
  }
  return (hash >>> 0) % count;
}

/** The weight of one host for one partition; the live host with the highest owns it. */
function weight(host: string, partition: number): number {
  return hashOf(`${host}/${partition}`);
}

/** A well mixed number from 0 to 2^32 - 1, always the same for the same text. */
export function hashOf(text: string): number {
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, FNV_PRIME);
  }
  // FNV's last bytes barely reach the high bits; without this mixing one host wins nearly everything.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Rendezvous hashing: every host that knows the same hosts names the same owner. */
export function ownerOf(partition: number, hosts: readonly string[]): string | null {
  let owner: string | null = null;
  let best = -1;
  for (const host of hosts) {
    const candidate = weight(host, partition);
    if (candidate > best || (candidate === best && owner !== null && host < owner)) {
      owner = host;
      best = candidate;
    }
  }
  return owner;
}

// Many address blocks asked at once: whether one of them covers an end, by binary search. A rule may list thousands, and
// tables ask it about as many pieces of address space. The answer is that of asking block by block.
import { compareRanges, parseAddressRange, type AddressRange } from '../../base/address.ts';
import type { Endpoint, EngineProfile, Truth } from '../compiled.ts';
import { matchPeers } from './match.ts';
import type { PeerFacts } from './parse.ts';

type Block = PeerFacts & { readonly kind: 'block' };

/** Makes the question of several blocks: the most certain answer of any of them. */
export function askBlocks(blocks: readonly Block[], profile: EngineProfile): (end: Endpoint) => Truth {
  const index = { 4: sortFamily(blocks, 4), 6: sortFamily(blocks, 6) };
  const oneByOne = (end: Endpoint): Truth => matchPeers(blocks, '', end, profile).truth;
  return end => {
    const ranges = end.ips.map(ip => parseAddressRange(ip));
    // Without an address, or with several outside the cluster, blocks have to be asked one by one.
    const isPlain = ranges.length > 0 && (end.kind !== 'external' || ranges.length === 1);
    if (!isPlain || end.kind === 'entry-controller') return oneByOne(end);
    if (end.kind === 'pod' && !profile.ipBlockMatchesPods) return 'no';
    const matchesNodes = profile.ipBlockMatchesNodes ?? 'yes';
    if (end.kind === 'host' && matchesNodes === 'no') return 'no';
    const covers = ranges.flatMap(range =>
      range === undefined ? [] : [coverIn(index[range.family], range)],
    );
    if (covers.includes('all')) return end.kind === 'host' ? matchesNodes : 'yes';
    return covers.includes('some') ? 'unknown' : 'no';
  };
}

/** Ranges by where they begin, and how far any up to there reaches. */
interface Sorted {
  readonly ranges: readonly AddressRange[];
  readonly reach: readonly bigint[];
}

function sortFamily(blocks: readonly Block[], family: 4 | 6): Sorted {
  const ranges = blocks
    .flatMap(block => block.ranges)
    .filter(range => range.family === family)
    .sort(compareRanges);
  let most = -1n;
  return { ranges, reach: ranges.map(range => (most = range.to > most ? range.to : most)) };
}

function coverIn({ ranges, reach }: Sorted, asked: AddressRange): 'all' | 'some' | 'none' {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.from ?? 0n) <= asked.from) low = middle + 1;
    else high = middle;
  }
  const furthest = reach[low - 1] ?? -1n;
  if (furthest >= asked.to) return 'all';
  const next = ranges[low];
  return furthest >= asked.from || (next !== undefined && next.from <= asked.to) ? 'some' : 'none';
}

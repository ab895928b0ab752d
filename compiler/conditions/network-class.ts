import { METADATA_NAMES, NETWORK_BLOCKS, PRIVATE_ENDINGS } from '../../runtime/data/networks.js';
import { addressOf } from './host-name.js';

const BLOCKS = NETWORK_BLOCKS.map(([text, classes]) => {
  const [start = '', length] = text.split('/') as [string, string];
  const { value, bits } = addressOf(start) as { value: bigint; bits: 32 | 128 };
  return { value, bits, length: Number(length), classes: classes.split(' ') };
}).sort((a, b) => b.length - a.length);

/** In the interpreter: the classes of a host, in its one form. */
export function networkClasses(host: string): readonly string[] {
  const address = addressOf(host);
  if (address === null) return classesOfName(host);
  const holds = ({ value, bits, length }: (typeof BLOCKS)[0]) =>
    bits === address.bits && address.value >> BigInt(bits - length) === value >> BigInt(bits - length);
  return BLOCKS.find(holds)?.classes ?? ['public'];
}

function classesOfName(name: string): string[] {
  const labels = name.split('.');
  const isLocal = labels.at(-1) === 'localhost';
  const isPrivate =
    labels.length === 1 ||
    PRIVATE_ENDINGS.has(labels.at(-1) as string) ||
    PRIVATE_ENDINGS.has(labels.slice(-2).join('.'));
  const own = isLocal ? 'loopback' : isPrivate ? 'private' : 'public';
  return METADATA_NAMES.has(name) ? [own, 'metadata'] : [own];
}

/** So many NULs stand behind a text. */
const BEHIND = 16;

/** What is kept between texts. */
const KEPT = 1 << 18;

/** Room for a text, read by one character or by two at once. */
class Room {
  readonly bytes: Uint8Array;
  readonly pairs: Uint16Array;

  constructor(readonly size: number) {
    const memory = new ArrayBuffer(size);
    this.bytes = new Uint8Array(memory);
    this.pairs = new Uint16Array(memory);
  }
}

let room = new Room(KEPT);

const IS_LITTLE_ENDIAN = new Uint16Array(Uint8Array.of(1, 0).buffer)[0] === 1;

/** What two characters, one after the other, are in `pairs`. @internal */
export function pairOf(first: number, second: number): number {
  return IS_LITTLE_ENDIAN ? first | (second << 8) : (first << 8) | second;
}

/** The characters of a text as bytes. @internal */
export interface TextUnits {
  /** Each at its index; those beyond ASCII are bytes beyond it. Behind the last are NULs, and there may be more. */
  readonly units: Uint8Array;
  /** The same, those at an even place with their next. */
  readonly pairs: Uint16Array;
  /** There may be characters among them that are not seen. */
  readonly mayHide: boolean;
}

/**
 * The characters of a text as bytes: arrays are read several times as fast as strings. They are valid until the next text.
 *
 * @internal
 */
export function unitsOf(text: string): TextUnits {
  const { length } = text;
  if (length + BEHIND > room.size) room = new Room((length + BEHIND + 1) & ~1);
  else if (room.size > KEPT && length + BEHIND <= KEPT) room = new Room(KEPT);
  const { bytes: units, pairs } = room;
  if (length < SHORT) return loop(text, room);
  // Of ASCII each character is one byte, and that is native.
  const { read, written } = ENCODER.encodeInto(text, units);
  const isAscii = read === length && written === length;
  units.fill(0, length, length + BEHIND);
  if (isAscii) return { units, pairs, mayHide: text.includes('\u001b') };
  return loop(text, room);
}

/** Of a short text a loop is faster. */
const SHORT = 48;

function loop(text: string, { bytes: units, pairs }: Room): TextUnits {
  const { length } = text;
  units.fill(0, length, length + BEHIND);
  let mayHide = false;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xad) {
      units[i] = unit;
      mayHide ||= unit === 0x1b;
    } else {
      units[i] = 0xff;
      mayHide ||= HIDING[unit >> 8] === 1 || unit === 0xad;
    }
  }
  return { units, pairs, mayHide };
}

const ENCODER = new TextEncoder();

/** Blocks of 256 units in which characters are that are not seen (INVISIBLE in detectors.ts), and the surrogates of tags. */
const HIDING = Uint8Array.from({ length: 256 }, (_, block) =>
  [0x03, 0x06, 0x11, 0x17, 0x18, 0x20, 0x31, 0xdb, 0xfe, 0xff].includes(block) ? 1 : 0,
);

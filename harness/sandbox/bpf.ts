/** One instruction of a classic BPF program, or a label that jumps lead to; see seccomp(2) and bpf(4). */
type Line =
  | { readonly label: string }
  | { readonly code: number; readonly k: number; readonly yes?: string; readonly no?: string };

/** Opcodes, from linux/bpf_common.h. */
const LOAD_WORD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const JUMP_IF_ANY_BIT = 0x45;
const RETURN = 0x06;

/** An assembler for filters: jumps are written to labels, and only ever go forward. */
export class Assembler {
  readonly #lines: Line[] = [];

  /** Loads 32 bits of `struct seccomp_data`. */
  load(offset: number): this {
    return this.#add({ code: LOAD_WORD, k: offset });
  }

  /** Goes to a label when the value is equal, and on otherwise. */
  ifEqual(k: number, label: string): this {
    return this.#add({ code: JUMP_IF_EQUAL, k, yes: label });
  }

  ifAtLeast(k: number, label: string): this {
    return this.#add({ code: JUMP_IF_AT_LEAST, k, yes: label });
  }

  ifAnyBit(k: number, label: string): this {
    return this.#add({ code: JUMP_IF_ANY_BIT, k, yes: label });
  }

  unlessEqual(k: number, label: string): this {
    return this.#add({ code: JUMP_IF_EQUAL, k, no: label });
  }

  return(action: number): this {
    return this.#add({ code: RETURN, k: action });
  }

  label(label: string): this {
    return this.#add({ label });
  }

  #add(line: Line): this {
    this.#lines.push(line);
    return this;
  }

  /** The program as an array of `struct sock_filter`, in the byte order of the machines that we know: little-endian. */
  assemble(): Buffer {
    const places = new Map<string, number>();
    const instructions: Exclude<Line, { label: string }>[] = [];
    for (const line of this.#lines) {
      if ('label' in line) places.set(line.label, instructions.length);
      else instructions.push(line);
    }
    const bytes = Buffer.alloc(instructions.length * 8);
    const distance = (from: number, label: string | undefined): number => {
      if (label === undefined) return 0;
      const to = places.get(label);
      const far = (to ?? 0) - from - 1;
      if (to === undefined || far < 0 || far > 255) throw new Error(`no jump leads to ${label}`);
      return far;
    };
    for (const [at, { code, k, yes, no }] of instructions.entries()) {
      bytes.writeUInt16LE(code, at * 8);
      bytes.writeUInt8(distance(at, yes), at * 8 + 2);
      bytes.writeUInt8(distance(at, no), at * 8 + 3);
      bytes.writeUInt32LE(k >>> 0, at * 8 + 4);
    }
    return bytes;
  }
}

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What an image is started with. */
export interface Image {
  /** The folder that is its root. */
  readonly root: string;
  readonly entrypoint: readonly string[];
}

/** One instruction of a Dockerfile, with the lines that continue it. */
interface Instruction {
  readonly name: string;
  readonly text: string;
}

const APT = '/etc/apt/apt.conf.d';

/**
 * Builds images without Docker, as root: Debian's base system in place of any base image, and one layer for each
 * instruction, which images share that begin alike. Knows what packages' Dockerfiles use, and throws for anything else.
 */
export class ImageBuilder {
  readonly #folder = mkdtempSync(path.join(os.tmpdir(), 'images-'));
  readonly #mounted: string[] = [];
  #count = 0;

  /** Runs the instructions of `context`/Dockerfile. */
  build(context: string): Image {
    const instructions = parse(readFileSync(path.join(context, 'Dockerfile'), 'utf8'));
    let layers: readonly string[] = [];
    let key = '';
    let entrypoint: readonly string[] = [];
    for (const { name, text } of instructions) {
      key = createHash('sha256').update(`${key}\n${name} ${text}`).digest('hex');
      if (name === 'FROM') layers = [this.#base()];
      else if (name === 'RUN') layers = [...layers, this.#layer(key, layers, (root) => this.run(root, text))];
      else if (name === 'COPY') {
        const [from = '', to = ''] = text.split(/\s+/);
        const copy = (root: string) => shell('cp', ['-R', path.join(context, from), path.join(root, to)]);
        // What is copied may be another thing under the same name.
        layers = [...layers, this.#layer(`${key}-${this.#next()}`, layers, copy)];
      } else if (name === 'ENTRYPOINT' || name === 'CMD') entrypoint = JSON.parse(text) as string[];
      else throw new Error(`what ${name} does is not known here`);
    }
    return { root: this.#mount(layers, this.#fresh()), entrypoint };
  }

  /** The base image alone, which can be written to. */
  base(): string {
    return this.#mount([this.#base()], this.#fresh());
  }

  /** Runs a command of a shell in a root, as root and with the network of this machine. */
  run(root: string, command: string): void {
    // Names of hosts are those of this machine.
    for (const file of ['resolv.conf', 'hosts']) copyFileSync(`/etc/${file}`, path.join(root, 'etc', file));
    const inside =
      'mount --bind /dev "$0/dev" && mount -t proc proc "$0/proc" && exec chroot "$0" /bin/sh -c "$1"';
    shell('unshare', ['--mount', '--pid', '--fork', 'sh', '-c', inside, root, command]);
  }

  remove(): void {
    for (const mounted of this.#mounted.reverse()) shell('umount', [mounted]);
    rmSync(this.#folder, { recursive: true });
  }

  /** Debian with Node, as the images of Node are. */
  #base(): string {
    const root = path.join(this.#folder, 'base');
    if (existsSync(root)) return root;
    const packages = '--include=ca-certificates,libstdc++6';
    shell('debootstrap', ['--variant=minbase', packages, 'bookworm', root, mirror()]);
    // How packages are reached from this machine.
    for (const file of readdirSync(APT)) copyFileSync(path.join(APT, file), path.join(root, APT, file));
    copyFileSync(process.execPath, path.join(root, 'usr/local/bin/node'));
    return root;
  }

  #layer(key: string, below: readonly string[], fill: (root: string) => void): string {
    const layer = path.join(this.#folder, 'layers', key);
    if (existsSync(layer)) return layer;
    const upper = `${layer}.new`;
    mkdirSync(upper, { recursive: true });
    const root = this.#mount(below, upper);
    fill(root);
    shell('umount', [root]);
    this.#mounted.pop();
    shell('mv', [upper, layer]);
    return layer;
  }

  #fresh(): string {
    const upper = path.join(this.#folder, `upper-${this.#next()}`);
    mkdirSync(upper);
    return upper;
  }

  #mount(layers: readonly string[], upper: string): string {
    const root = path.join(this.#folder, `root-${this.#next()}`);
    const work = `${root}.work`;
    mkdirSync(root);
    mkdirSync(work);
    const lower = [...layers].reverse().join(':');
    const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
    shell('mount', ['-t', 'overlay', 'overlay', '-o', options, root]);
    this.#mounted.push(root);
    return root;
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }
}

function parse(text: string): readonly Instruction[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines
    .join('\n')
    .replaceAll(/\\\n/g, '')
    .split('\n')
    .map((line) => {
      const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
      return { name, text: rest };
    });
}

/** Where this machine gets Debian's packages from. */
function mirror(): string {
  const sources = '/etc/apt/sources.list.d/debian.sources';
  const text = existsSync(sources) ? readFileSync(sources, 'utf8') : '';
  return /^URIs: (\S+)/m.exec(text)?.[1] ?? 'http://deb.debian.org/debian';
}

function shell(command: string, args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 100_000_000,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin', LANG: 'C.UTF-8' },
  });
  if (status !== 0)
    throw new Error(
      `${command} ${args.join(' ')}: ${error?.message ?? ''}${(stdout + stderr).slice(-2_000)}`,
    );
}

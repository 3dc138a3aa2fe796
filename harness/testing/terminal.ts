import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { atAKeyboard, eventually } from './cli.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
let terminals = 0;

/** The built command in a real terminal, tmux(1), that is typed into and looked at. */
export class Terminal {
  readonly #socket = `socket-grader-${process.pid}-${++terminals}`;

  constructor(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
    const command = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(' ');
    // What it ends with stays on the screen.
    const shown = `${command}; echo "status $?"; exec sleep 3600`;
    this.#tmux(
      { ...atAKeyboard(), ...env, TERM: 'xterm-256color' },
      ...['-f', '/dev/null', 'new-session', '-d', '-x', '100', '-y', '40', '-c', cwd, 'sh', '-c', shown],
    );
  }

  /** Types a line, Enter included. */
  line(text: string): void {
    this.#tmux(process.env, 'send-keys', '-l', '--', text);
    this.press('Enter');
  }

  /** Presses keys, by their names in tmux: `C-c`, `Down`. */
  press(...keys: readonly string[]): void {
    this.#tmux(process.env, 'send-keys', ...keys);
  }

  /** Gives the window another size, of which the program is told by SIGWINCH. */
  resize(width: number, height: number): void {
    this.#tmux(process.env, 'resize-window', '-x', String(width), '-y', String(height));
  }

  /** What stands there, with what has scrolled away; rows that a line was broken into are joined. */
  screen(): string {
    return this.#tmux(process.env, 'capture-pane', '-p', '-J', '-S', '-500').trimEnd();
  }

  until(text: string | RegExp): Promise<void> {
    let screen = '';
    return eventually(
      () => {
        screen = this.screen();
        return typeof text === 'string' ? screen.includes(text) : text.test(screen);
      },
      `${String(text)} on the screen`,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${screen}`);
    });
  }

  end(): void {
    this.#tmux(process.env, 'kill-server');
  }

  #tmux(env: NodeJS.ProcessEnv, ...args: readonly string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { env, encoding: 'utf8' });
  }
}

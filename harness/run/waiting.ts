import { monotonic } from '../kernel/index.ts';
import type { Recorder } from './recorder.ts';
import type { Chances, Starvation } from './starvation.ts';

/** How often a question to the kernel is repeated: soon at first, then every so many milliseconds. */
const FIRST_POLL = 1;
const SLOWEST_POLL = 16;
/** How often it is asked whether there is hope, in milliseconds; the longer one waits, the less often. */
const HOPE_EVERY = 50;
const HOPE_LATER = { part: 1 / 20, most: 250 };
/** So many milliseconds may be added to any deadline, and to a longer one this multiple of itself. */
const ALWAYS_GRANTED = 5_000;
const GRANTED = 2;
/** That is enough for a program that really ran for this part of its time, and for so many milliseconds at any rate. */
const HAS_RUN = { part: 1 / 4, least: 75, enough: 1_000 };
/** To one that hardly ran at all more is added, and when that is used up it is starved. */
const MOST_GRANTED = 9;
/** Starvation below this, in milliseconds, is not worth another wait. */
const NEGLIGIBLE = 5;

/** Milliseconds until it is asked next whether there is hope, after waiting since a moment; never where none asks. */
function untilAsked(began: number, hopeless: unknown): number {
  if (hopeless === undefined) return Infinity;
  return Math.max(HOPE_EVERY, Math.min(HOPE_LATER.most, (monotonic() - began) * HOPE_LATER.part));
}

/** A deadline whose clock stands still while the program is kept from running, or the grader is. */
export class FairDeadline {
  readonly #began = monotonic();
  readonly #within: number;
  readonly #starvation: Starvation;
  #before: Chances | undefined;
  #granted = 0;
  #starved = false;

  private constructor(within: number, starvation: Starvation) {
    this.#within = within;
    this.#starvation = starvation;
  }

  static async begin(within: number, starvation: Starvation): Promise<FairDeadline> {
    const deadline = new FairDeadline(within, starvation);
    deadline.#before = await starvation();
    return deadline;
  }

  /** Milliseconds added so far because the program was starved. */
  get granted(): number {
    return Math.round(this.#granted);
  }

  /** Time is up although the program hardly ran: it was kept from that for longer than can be granted. */
  get starved(): boolean {
    return this.#starved;
  }

  /** Milliseconds until the deadline as it stands. */
  get left(): number {
    return this.#began + this.#within + this.#granted - monotonic();
  }

  #asking = false;

  /** As `over`, for callers that can't wait: the first no-time-left answer comes a moment later. */
  readonly overNow = (): boolean => {
    if (this.left > 0 || this.#asking) return false;
    if (this.#asked) return true;
    this.#asking = true;
    this.over().then(
      (over) => {
        this.#asked = over;
        this.#asking = false;
      },
      () => {
        this.#asked = true;
        this.#asking = false;
      },
    );
    return false;
  };
  #asked = false;

  /** Whether time is up; when it seems so, the time in which the program was starved is granted first. */
  async over(): Promise<boolean> {
    if (this.left > 0) return false;
    const now = await this.#starvation();
    const waited = Math.max(0, now.waitedMs - (this.#before?.waitedMs ?? 0));
    const ran = now.ranMs - (this.#before?.ranMs ?? 0);
    const { part, least, enough } = HAS_RUN;
    const hadChance = ran >= Math.min(enough, Math.max(least, this.#within * part));
    const granted = Math.min(
      waited,
      Math.max(ALWAYS_GRANTED, this.#within * (hadChance ? GRANTED : MOST_GRANTED)),
    );
    // What was granted stays so, though it may now have run for long enough.
    if (granted - this.#granted > NEGLIGIBLE) this.#granted = granted;
    const over = this.left <= 0;
    this.#starved = over && !hadChance && waited - granted > NEGLIGIBLE;
    return over;
  }
}

/** Waits with deadlines for events and for states of the system. */
export class Waiting {
  readonly #recorder: Recorder;
  readonly #signal: AbortSignal;
  readonly #starvation: Starvation;
  readonly #arrived: () => Promise<unknown>;
  /** The outcome of the last wait, for the event that closes the step. */
  timedOut = false;
  rested = false;
  granted = 0;
  starved = false;

  /** `arrived` resolves once everything is recorded that the system had for us when it was called. */
  constructor(
    recorder: Recorder,
    signal: AbortSignal,
    starvation: Starvation,
    arrived: () => Promise<unknown>,
  ) {
    this.#recorder = recorder;
    this.#signal = signal;
    this.#starvation = starvation;
    this.#arrived = arrived;
  }

  /** Forgets what earlier steps waited. */
  begin(): void {
    this.timedOut = false;
    this.rested = false;
    this.granted = 0;
    this.starved = false;
  }

  /** Takes in the outcome of a deadline that others kept. */
  count(deadline: FairDeadline): void {
    this.granted += deadline.granted;
    this.starved ||= deadline.starved;
  }

  /**
   * Waits until a test on the recorded events holds; looks after every turn in which something was
   * recorded. Gives up early once `hopeless` says that waiting is in vain. Before it gives up it looks at
   * what has come in the meantime: on a busy machine we may be the late ones.
   */
  async until(test: () => boolean, within: number, hopeless?: () => Promise<boolean>): Promise<boolean> {
    if (test()) return true;
    const began = monotonic();
    const deadline = await FairDeadline.begin(within, this.#starvation);
    for (;;) {
      if (test()) return this.#done(deadline, true);
      this.#signal.throwIfAborted();
      await this.#eventOr(Math.min(deadline.left, untilAsked(began, hopeless)));
      if (test()) continue;
      if (hopeless && (await hopeless())) {
        if (await this.#moreCame(test, deadline)) continue;
        this.rested = !test();
        return this.#done(deadline, !this.rested);
      }
      if (deadline.left > 0) continue;
      await this.#arrived();
      if (!test() && (await deadline.over())) return this.#done(deadline, test());
    }
  }

  /** Whether something came while it was asked if waiting is in vain: then it is not, after all. */
  async #moreCame(test: () => boolean, deadline: FairDeadline): Promise<boolean> {
    const last = this.#recorder.lastArrival;
    await this.#arrived();
    return !test() && this.#recorder.lastArrival > last && deadline.left > 0;
  }

  /** Repeats a question until its answer is good; the last answer counts when time is up. */
  async poll<Answer>(
    ask: () => Promise<Answer>,
    good: (answer: Answer) => boolean,
    within: number,
  ): Promise<Answer> {
    const deadline = await FairDeadline.begin(within, this.#starvation);
    let pause = FIRST_POLL;
    for (;;) {
      const over = await deadline.over();
      const answer = await ask();
      if (good(answer)) {
        this.#done(deadline, true);
        return answer;
      }
      if (over) {
        this.#done(deadline, false);
        return answer;
      }
      this.#signal.throwIfAborted();
      await passed(pause);
      pause = Math.min(pause * 2, SLOWEST_POLL);
    }
  }

  /** Lets time pass, counting only time in which the program could run. */
  async elapse(ms: number, stop: () => boolean): Promise<void> {
    const deadline = await FairDeadline.begin(ms, this.#starvation);
    while (!stop()) {
      this.#signal.throwIfAborted();
      await this.#eventOr(deadline.left);
      if (deadline.left > 0) continue;
      await turn();
      if (await deadline.over()) break;
    }
    this.granted += deadline.granted;
  }

  #done(deadline: FairDeadline, held: boolean): boolean {
    this.timedOut = !held;
    if (held) this.granted += deadline.granted;
    else this.count(deadline);
    return held;
  }

  /** Resolves at the end of a turn in which something was recorded, or after some time. */
  #eventOr(ms: number): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout;
      const finish = () => {
        stopListening();
        clearTimeout(timer);
        this.#signal.removeEventListener('abort', finish);
        resolve();
      };
      const stopListening = this.#recorder.listen(() => {
        stopListening();
        setImmediate(finish);
      });
      timer = setTimeout(finish, Math.max(0, ms));
      this.#signal.addEventListener('abort', finish, { once: true });
    });
  }
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Two rounds of the event loop: everything that the system has for us is handed over. */
export async function turn(): Promise<void> {
  for (let round = 0; round < 2; round++) await new Promise((resolve) => setImmediate(resolve));
}

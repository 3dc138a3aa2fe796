import { UserError } from './user-error.ts';

/** A specification that is not right; the message shows every place. */
export class SpecError extends UserError {
  readonly rendered: string;
  readonly count: number;
  constructor(file: string, rendered: string, count: number) {
    super({ where: file, what: `${count} error${count === 1 ? '' : 's'} in the specification` });
    this.rendered = rendered;
    this.count = count;
  }
}

import { SharedRead } from './shared-read.ts';

function gated() {
  const opened: (() => void)[] = [];
  let begun = 0;
  const shared = new SharedRead(async () => {
    const number = ++begun;
    await new Promise<void>((resolve) => opened.push(resolve));
    return number;
  });
  return { shared, open: () => opened.shift()?.(), begun: () => begun };
}

describe('SharedRead', () => {
  test('callers of one moment share a read', async () => {
    const { shared, open, begun } = gated();
    const all = [shared.read(), shared.read(), shared.read()];
    await new Promise((resolve) => setImmediate(resolve));
    open();
    expect(await Promise.all(all)).toEqual([1, 1, 1]);
    expect(begun()).toBe(1);
  });

  test('who comes while a read runs gets the next one', async () => {
    const { shared, open } = gated();
    const first = shared.read();
    await new Promise((resolve) => setImmediate(resolve));
    const late = [shared.read(), shared.read()];
    open();
    expect(await first).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    open();
    expect(await Promise.all(late)).toEqual([2, 2]);
  });

  test('a failed read does not stop the next', async () => {
    let fails = true;
    const shared = new SharedRead(async () => {
      if (fails) throw new Error('closed');
      return 'open';
    });
    await expect(shared.read()).rejects.toThrow('closed');
    fails = false;
    expect(await shared.read()).toBe('open');
  });
});

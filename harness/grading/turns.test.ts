import { Turns } from './turns.ts';

/** Runs tasks in turns; each says when it begins and ends, and goes on for some turns of the event loop. */
function recorder(turns: Turns) {
  const said: string[] = [];
  const task = (name: string, rounds: number) => async () => {
    said.push(`${name} begins`);
    for (let round = 0; round < rounds; round++) await new Promise((resolve) => setImmediate(resolve));
    said.push(`${name} ends`);
    if (name === 'broken') throw new Error('broken');
    return name;
  };
  return {
    said,
    beside: (name: string, rounds = 3) => turns.beside(task(name, rounds)),
    alone: (name: string, rounds = 3) => turns.alone(task(name, rounds)),
  };
}

test('tasks run side by side, and one that is to be alone has all to itself', async () => {
  const { said, beside, alone } = recorder(new Turns());
  const first = [beside('a'), beside('b', 5)];
  await new Promise((resolve) => setImmediate(resolve));
  const results = await Promise.all([...first, alone('c'), beside('d'), alone('e'), beside('f')]);
  expect(results).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  expect(said.slice(0, 4)).toEqual(['a begins', 'b begins', 'a ends', 'b ends']);
  for (const name of ['c', 'e']) expect(said[said.indexOf(`${name} begins`) + 1]).toBe(`${name} ends`);
  // Those that arrived after are side by side again.
  expect(said.indexOf('f begins')).toBeLessThan(said.indexOf('d ends'));
});

test('one that fails keeps nobody waiting', async () => {
  const { beside, alone } = recorder(new Turns());
  const results = await Promise.allSettled([beside('broken'), alone('broken'), beside('a'), alone('b')]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled']);
});

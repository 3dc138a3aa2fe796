import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { openKernel } from '../../../dist/kernel/index.js';

/** What each question to the kernel costs, asked of a Python server with one client, in milliseconds. */
export async function observationCosts(command, repeats) {
  const kernel = await openKernel();
  const marker = randomUUID();
  const port = 20_000 + (process.pid % 10_000);
  const words = command.map((word) => word.replaceAll('{port}', String(port)));
  const child = spawn(words[0], words.slice(1), {
    stdio: 'ignore',
    env: { ...process.env, SOCKET_GRADER_RUN: marker },
  });
  try {
    const ref = { pid: child.pid, marker: `SOCKET_GRADER_RUN=${marker}`, exited: false };
    while ((await kernel.listeners(ref, 'tcp')).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const client = net.connect(port, '127.0.0.1');
    await once(client, 'connect');
    const { localPort } = client;
    const target = { kind: 'connection', serverPort: port, clientPort: localPort };
    const questions = {
      'table of TCP sockets': () => kernel.tcp(),
      'listeners of a program': () => kernel.listeners(ref, 'tcp'),
      'who listens on a port': () => kernel.listenersOn(port, 'tcp'),
      'state of a port': () => kernel.portState(port, 'tcp'),
      "server's end of a connection": () => kernel.serverEnd(port, localPort),
      "client's end of a connection": () => kernel.clientEnd(localPort, port),
      'threads and their calls': () => kernel.threads(ref),
      'who waits on a connection': () => kernel.waiters(ref, target),
      'processor figures': () => kernel.cpu(ref),
      'processes of a program': () => kernel.processes(ref),
      'processes, orphans too': () => kernel.processes(ref, { orphans: true }),
    };
    const costs = [];
    for (const [name, ask] of Object.entries(questions)) {
      await ask();
      const wall = [];
      const before = process.cpuUsage();
      for (let n = 0; n < repeats; n++) {
        const began = performance.now();
        await ask();
        wall.push(performance.now() - began);
      }
      const { user, system } = process.cpuUsage(before);
      costs.push({ name, wall, cpu: (user + system) / 1000 / repeats });
    }
    const opened = performance.now();
    const before = process.cpuUsage();
    (await openKernel()).close();
    const { user, system } = process.cpuUsage(before);
    costs.push({
      name: 'finding out what can be seen',
      wall: [performance.now() - opened],
      cpu: (user + system) / 1000,
    });
    client.destroy();
    return costs;
  } finally {
    child.kill('SIGKILL');
    kernel.close();
  }
}

import { missingOn } from './missing.ts';

const LINUX = { platform: 'linux', type: 'Linux', release: '6.12.0-amd64', hasWsl2: false };

test.each([
  ['Linux', LINUX, undefined],
  ['WSL 2', { ...LINUX, release: '5.15.153.1-microsoft-standard-WSL2', hasWsl2: true }, undefined],
  ['WSL 1', { ...LINUX, release: '4.4.0-19041-Microsoft' }, /WSL 1 has no namespaces.*wsl --set-version/],
  [
    'macOS',
    { platform: 'darwin', type: 'Darwin', release: '24.1.0', hasWsl2: false },
    /Darwin has no namespaces.*docker run/,
  ],
])('%s', (_, system, expected) => {
  const found = missingOn(system);
  if (expected === undefined) expect(found).toBeUndefined();
  else expect(`${found?.what}; ${found?.command}`).toMatch(expected);
});

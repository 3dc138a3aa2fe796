import { hexAddress, ipv6Text } from './address.ts';

describe('hexAddress', () => {
  test.each([
    ['0100007F', '127.0.0.1'],
    ['00000000', '0.0.0.0'],
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000001000000', '::1'],
    ['0000000000000000FFFF00000100007F', '127.0.0.1'],
    ['000080FE00000000FF005450B6AD1DFE', 'fe80::5054:ff:fe1d:adb6'],
  ])('%s is %s', (hex, text) => {
    expect(hexAddress(hex)).toBe(text);
  });
});

describe('ipv6Text', () => {
  test('shortens the longest run of zeros, the first of two equal ones, and no single zero', () => {
    expect(ipv6Text([0x2001, 0xdb8, 0, 0, 1, 0, 0, 1])).toBe('2001:db8::1:0:0:1');
    expect(ipv6Text([1, 0, 2, 3, 4, 5, 6, 7])).toBe('1:0:2:3:4:5:6:7');
    expect(ipv6Text([1, 0, 0, 2, 0, 0, 0, 3])).toBe('1:0:0:2::3');
  });
});

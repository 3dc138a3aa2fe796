import os from 'node:os';

/** Whether an address is one of this machine's: loopback, or that of an interface as it is now. */
export function isOwnAddress(address: string): boolean {
  if (address.startsWith('127.')) return true;
  const own = Object.values(os.networkInterfaces()).flatMap((found) => found ?? []);
  return own.some((one) => one.address === address);
}

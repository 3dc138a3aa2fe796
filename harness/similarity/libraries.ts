/** The packages that only a comparison needs: a bundle of their own, see load.ts. */
export { WinnowFilter } from '@dodona/dolos-core';
export { parser as cpp } from '@lezer/cpp';
export { parser as go } from '@lezer/go';
export { parser as java } from '@lezer/java';
export { parser as javascript } from '@lezer/javascript';
export { parser as php } from '@lezer/php';
export { parser as python } from '@lezer/python';
export { parser as rust } from '@lezer/rust';

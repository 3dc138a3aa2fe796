import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type forge from 'node-forge';

/** Certificates that are made for the runs of this process, in PEM: an authority, and what it has signed. */
export interface Certificates {
  /** Of the authority that programs and the grader trust. */
  readonly ca: string;
  /** For localhost, 127.0.0.1 and ::1. */
  readonly server: { readonly certificate: string; readonly key: string };
}

const DAY = 24 * 60 * 60 * 1000;
const VALID_DAYS = 30;
const generate = promisify(generateKeyPair);
let made: Promise<Certificates> | undefined;

/** Loaded when it is needed: few assignments ask for certificates, and it is large. */
type Forge = typeof forge;

/** Makes them when they are first asked for, which takes some 200 ms. */
export function runCertificates(): Promise<Certificates> {
  made ??= make();
  return made;
}

async function make(): Promise<Certificates> {
  const { default: forge } = await import('node-forge');
  const [authority, server] = await Promise.all([newKeys(forge), newKeys(forge)]);
  const caName = [{ name: 'commonName', value: 'socket-grader authority of this run' }];
  const ca = certificate(forge, '01', caName, caName, authority, authority, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  const own = certificate(
    forge,
    '02',
    [{ name: 'commonName', value: 'localhost' }],
    caName,
    server,
    authority,
    [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
      { name: 'authorityKeyIdentifier', keyIdentifier: true },
    ],
  );
  return { ca, server: { certificate: own, key: server.pem } };
}

interface Keys {
  readonly pem: string;
  readonly publicKey: forge.pki.rsa.PublicKey;
  readonly privateKey: forge.pki.rsa.PrivateKey;
}

/** Node makes the keys, which is quick; the form is the one that every language reads (PKCS #8). */
async function newKeys(forge: Forge): Promise<Keys> {
  const { publicKey, privateKey } = await generate('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    pem: privateKey,
    publicKey: forge.pki.publicKeyFromPem(publicKey),
    privateKey: forge.pki.privateKeyFromPem(privateKey),
  };
}

type Name = { readonly name: string; readonly value: string }[];

function certificate(
  forge: Forge,
  serial: string,
  subject: Name,
  issuer: Name,
  { publicKey }: Keys,
  signer: Keys,
  extensions: object[],
): string {
  const made = forge.pki.createCertificate();
  made.publicKey = publicKey;
  made.serialNumber = serial;
  made.validity.notBefore = new Date(Date.now() - DAY);
  made.validity.notAfter = new Date(Date.now() + VALID_DAYS * DAY);
  made.setSubject(subject);
  made.setIssuer(issuer);
  const identifier = signer.publicKey;
  const withKeys = extensions.map((one) =>
    'keyIdentifier' in one
      ? { ...one, keyIdentifier: forge.pki.getPublicKeyFingerprint(identifier).getBytes() }
      : one,
  );
  made.setExtensions(withKeys);
  made.sign(signer.privateKey, forge.md.sha256.create());
  return forge.pki.certificateToPem(made).replaceAll('\r\n', '\n');
}

/** What `init` asks for. */
export interface Answers {
  readonly title: string;
  /** Which side students write. */
  readonly role: Role;
  readonly transport: Transport;
  readonly language: Language;
  /** Whether messages are lines of text, or bytes behind their length. */
  readonly protocol: Protocol;
  /** Ready-made scenarios, by name. */
  readonly scenarios: readonly string[];
}

export const ROLES = ['server', 'client'] as const;
export const TRANSPORTS = ['tcp', 'udp'] as const;
export const LANGUAGES = ['python', 'c', 'java', 'javascript'] as const;
export const PROTOCOLS = ['line', 'binary'] as const;
export type Role = (typeof ROLES)[number];
export type Transport = (typeof TRANSPORTS)[number];
export type Language = (typeof LANGUAGES)[number];
export type Protocol = (typeof PROTOCOLS)[number];

/** The scenarios that are chosen unless a person chooses: few, and enough to catch the usual mistakes. */
const USUAL: Readonly<Record<`${Role} ${Transport}`, readonly string[]>> = {
  'server tcp': ['listens', 'reuse-address', 'blocking-recv', 'fragments', 'back-to-back', 'next-client'],
  'server udp': ['listens', 'answers', 'blocking-recv', 'next-client'],
  'client tcp': ['client-connects', 'client-sends', 'client-shows-reply', 'reply-in-pieces', 'no-server'],
  'client udp': ['client-sends', 'client-shows-reply'],
};

export function usualScenarios(role: Role, transport: Transport): readonly string[] {
  return USUAL[`${role} ${transport}`];
}

/** A file name made of a title: `Lab 2: Chat` gives `lab-2-chat`. */
export function slug(title: string): string {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'assignment';
}

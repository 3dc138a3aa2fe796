import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { defined } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import { policyOf, renderPage } from '../report/html/page.ts';
import { html } from '../report/html/text.ts';
import type { Desk } from './desk.ts';
import { Guard } from './guard.ts';
import { readForm, sentIn } from './sent.ts';
import { openServed } from './served-files.ts';

/** Sent with every answer. */
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
const NO_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";
/** Longest time for a request to arrive, in milliseconds. */
const PATIENCE = 30_000;

/** Serves a desk to the browser of whoever started it, at 127.0.0.1 only. */
export class DeskServer {
  readonly #desk: Desk;
  readonly #server: Server;
  #guard: Guard | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#server = createServer(
      { requestTimeout: PATIENCE, headersTimeout: PATIENCE },
      (request, response) => {
        void this.#answer(request, response).catch((error: unknown) => sendError(response, error));
      },
    );
  }

  /**
   * Listens; port 0 takes any that is free. Returns the link that opens the desk, once. Throws a UserError when the port is
   * taken.
   */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) =>
        reject(
          new UserError({
            where: '--port',
            what: `nothing can be served at port ${port}: ${error.message}`,
            fix: 'Choose another port, or leave it out.',
          }),
        ),
      );
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    const { port: taken } = this.#server.address() as { readonly port: number };
    this.#guard = new Guard(taken);
    return `http://127.0.0.1:${taken}/?token=${this.#guard.token}`;
  }

  /** Ends all connections; what was begun to be written is finished. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#desk.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    const guard = this.#guard;
    const refusal =
      guard?.refuseForeign(method, headers) ?? (guard === undefined ? { status: 403, why: '' } : undefined);
    if (guard === undefined || refusal !== undefined)
      return sendText(response, refusal?.status ?? 403, refusal?.why ?? '');
    const url = new URL(request.url?.startsWith('/') ? `http://desk${request.url}` : 'http://desk/');
    const token = url.searchParams.get('token');
    if (token !== null && url.pathname === '/' && method === 'GET')
      return enter(guard, request, { token, response });
    if (!guard.isKnown(headers))
      return sendText(
        response,
        401,
        'Open the link that socket-grader desk has printed. It works once: start the desk again for another one.',
      );
    const parts = partsOf(url.pathname);
    if (parts === undefined) return sendText(response, 400, 'There is no such path.');
    if (method === 'POST') return this.#change(request, response, parts);
    if (method !== 'GET' && method !== 'HEAD')
      return sendText(response, 405, 'Only GET and POST are understood.');
    return this.#show(response, parts, url.searchParams);
  }

  async #show(response: ServerResponse, parts: readonly string[], query: URLSearchParams): Promise<void> {
    const [first = '', id = '', name] = parts;
    if (parts.length === 0 || (parts.length === 1 && first === 'index.html')) {
      const text = query.has('exported') ? 'Gradebooks, feedback and pages are written.' : undefined;
      return sendPage(
        response,
        200,
        await this.#desk.overview(text === undefined ? undefined : { text, isError: false }),
      );
    }
    if (first === 'students' && parts.length === 3 && name === 'staff.html') {
      const page = await this.#desk.staffPage(id, query.has('saved') ? { notice: 'Saved.' } : {});
      return page === undefined
        ? sendText(response, 404, 'There is no such submission.')
        : sendPage(response, 200, page);
    }
    const { done } = await this.#desk.state();
    const file = await openServed(this.#desk.folder, parts, (one) =>
      done.manifest.submissions.some((submission) => submission.id === one),
    );
    if (file === undefined) return sendText(response, 404, 'There is no such page.');
    const isPage = file.type.startsWith('text/html');
    try {
      const content = await file.handle.readFile();
      response.writeHead(200, {
        ...HEADERS,
        'content-type': file.type,
        'content-security-policy': isPage
          ? `${policyOf(content.toString('utf8', 0, 4_096))}; frame-ancestors 'none'`
          : NO_CONTENT_POLICY,
        ...(isPage ? {} : { 'content-disposition': `attachment; filename="${file.name}"` }),
      });
      response.end(content);
    } finally {
      await file.handle.close();
    }
  }

  async #change(request: IncomingMessage, response: ServerResponse, parts: readonly string[]): Promise<void> {
    const fields = await readForm(request);
    if (fields === 'too large') return refuseBody(response, 413, 'The form is too large.');
    if (fields === 'no form') return refuseBody(response, 415, 'This is no form.');
    const [first = '', id = '', name] = parts;
    if (parts.length === 1 && first === 'export') return this.#export(response);
    if (first === 'students' && parts.length === 3 && name === 'staff.html')
      return this.#save(response, id, fields);
    return sendText(response, 404, 'There is no such page.');
  }

  async #export(response: ServerResponse): Promise<void> {
    try {
      await this.#desk.export();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return sendPage(response, 409, await this.#desk.overview({ text: describe(error), isError: true }));
    }
    redirect(response, '/index.html?exported');
  }

  async #save(response: ServerResponse, id: string, fields: URLSearchParams): Promise<void> {
    const { heads } = await this.#desk.state();
    if (!heads.ids.includes(id)) return sendText(response, 404, 'There is no such submission.');
    const again = async (status: number, notice: string, wrong?: ReadonlyMap<string | undefined, string>) => {
      const typed = new Map([...fields].filter(([name]) => name !== 'version'));
      const page = await this.#desk.staffPage(id, {
        typed,
        notice,
        isError: true,
        ...defined({ wrong }),
      });
      return page === undefined ? sendText(response, 404, notice) : sendPage(response, status, page);
    };
    try {
      const saved = await this.#desk.save(id, sentIn(fields));
      if (saved.type === 'wrong') return await again(422, 'Nothing was saved: see below.', saved.wrong);
      if (saved.type === 'conflict')
        return await again(
          409,
          'Nothing was saved: meanwhile the result is another one, or someone else has decided. What you typed stands below; save it to replace that.',
        );
      const next = fields.get('after') === 'next' ? (saved.next ?? id) : id;
      return redirect(
        response,
        `/students/${encodeURIComponent(next)}/staff.html${next === id ? '?saved' : ''}#decide`,
      );
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return again(409, describe(error));
    }
  }
}

/** Exchanges the token of the link for a cookie, and takes it out of the address. */
function enter(
  guard: Guard,
  request: IncomingMessage,
  { token, response }: { readonly token: string; readonly response: ServerResponse },
): void {
  const cookie = guard.exchange(token);
  if (cookie === undefined && !guard.isKnown(request.headers)) {
    sendText(response, 401, 'This link is wrong, or was used before: start the desk again for another one.');
    return;
  }
  if (cookie !== undefined) response.setHeader('set-cookie', cookie);
  redirect(response, '/');
}

/** The parts of a path; undefined for what is none. */
function partsOf(pathname: string): readonly string[] | undefined {
  try {
    const parts = pathname.split('/').slice(1).map(decodeURIComponent);
    const isOdd = parts.some((part) => part === '.' || part === '..' || /[/\\\0]/.test(part));
    if (isOdd) return undefined;
    return parts.length === 1 && parts[0] === '' ? [] : parts;
  } catch {
    return undefined;
  }
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { ...HEADERS, location, 'content-security-policy': NO_CONTENT_POLICY }).end();
}

function sendPage(response: ServerResponse, status: number, page: string): void {
  response
    .writeHead(status, {
      ...HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `${policyOf(page)}; frame-ancestors 'none'`,
    })
    .end(page);
}

/** A short answer, as a page that is read as well as any other. */
function sendText(response: ServerResponse, status: number, text: string): void {
  sendPage(
    response,
    status,
    renderPage({
      title: 'Desk',
      style: 'main{max-width:40rem;padding:3rem 1.25rem}',
      main: html`<h1>Desk</h1><p>${text}</p>`,
      served: true,
    }),
  );
}

/** What is still being sent is not read. */
function refuseBody(response: ServerResponse, status: number, text: string): void {
  response.setHeader('connection', 'close');
  sendText(response, status, text);
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const isOurs = !(error instanceof UserError);
  const text = isOurs ? `The desk failed: ${(error as Error).message}` : describe(error);
  sendText(response, isOurs ? 500 : 409, text);
}

function describe({ where, what, fix }: UserError): string {
  return `${where}: ${what}.${fix === undefined ? '' : ` ${fix}`}`;
}

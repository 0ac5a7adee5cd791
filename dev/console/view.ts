// Pieces of the page: elements, and one exchange over HTTP as it went.
import type { WireCall } from './api';

/** An element with properties and children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Start and end of a long id: what tells people of one resource apart is at its end. */
export function shortened(rawId: string): string {
  return rawId.length > 28 ? `${rawId.slice(0, 12)}…${rawId.slice(-12)}` : rawId;
}

interface Exchange extends WireCall {
  answerHeaders?: Record<string, string>;
}

/** Request and answer as text, for reading. */
export function exchange({
  method,
  target,
  headers,
  body,
  status,
  answer,
  answerHeaders,
  fault,
}: Exchange): HTMLElement {
  const state = status === undefined ? 'no answer' : String(status);
  const good = status !== undefined && status < 400;
  const title = element('h3', {}, element('span', { className: `badge ${good ? 'good' : 'bad'}` }, state));
  title.append(` ${method} ${target.replace(/^https?:\/\/[^/]+/, '').replace(/\?.*/, '')}`);
  if (fault) title.append(' ', element('span', { className: 'badge' }, `fault: ${fault}`));
  const request = `${method} ${target}\n${linesOf(headers)}\n${pretty(body)}`;
  const article = element('article', {}, title, text('Request', request));
  if (status !== undefined) {
    article.append(
      text('Answer', `${status}\n${linesOf(answerHeaders ?? {})}${answerHeaders ? '\n' : ''}${pretty(answer ?? '')}`),
    );
  }
  return article;
}

function text(label: string, content: string): HTMLElement {
  const pre = element('pre', { tabIndex: 0, ariaLabel: label }, content.trimEnd());
  pre.setAttribute('role', 'group');
  return pre;
}

/** The headers that matter here; a credential is named, not shown in full. */
function linesOf(headers: Exchange['headers']): string {
  return Object.entries(headers)
    .filter(
      ([name]) =>
        !/^(host|connection|content-length|user-agent|accept|date|keep-alive|vary|access-control-.*)$/.test(name),
    )
    .map(
      ([name, value]) =>
        `${name}: ${/^(authorization|x-identity-header)$/.test(name) ? hidden(String(value)) : value}\n`,
    )
    .join('');
}

function hidden(credential: string): string {
  const shown = Math.min(14, Math.floor(credential.length / 3));
  return `${credential.slice(0, shown)}… (${credential.length} characters)`;
}

function pretty(body: string): string {
  try {
    // A token endpoint answers with the token.
    const told = JSON.parse(body, (key, value) => (/^(token|access_token)$/.test(key) ? hidden(String(value)) : value));
    return JSON.stringify(told, null, 2);
  } catch {
    return body;
  }
}

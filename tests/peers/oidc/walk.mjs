// A browser without a window: goes through the sign-in pages of oidc-provider as a person would, to the very end.
//
// Usage: node walk.mjs LAST-PAGE.html ADDRESS
// For `BROWSER`: it is given the address that prusa-cred opens.

import { writeFileSync } from 'node:fs';

const [, , lastPage, start] = process.argv;
const jars = new Map();

async function visit(address, form) {
  const { origin } = new URL(address);
  const jar = jars.get(origin) ?? new Map();
  jars.set(origin, jar);
  const response = await fetch(address, {
    method: form ? 'POST' : 'GET',
    body: form,
    redirect: 'manual',
    headers: { cookie: [...jar].map((pair) => pair.join('=')).join('; ') },
  });
  for (const cookie of response.headers.getSetCookie()) {
    const [pair] = cookie.split(';');
    jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
  }
  const location = response.headers.get('location');
  return location ? visit(new URL(location, address).href) : { address, html: await response.text() };
}

const input = (html, name) => html.match(new RegExp(`name="${name}"[^>]*value="([^"]*)"`))?.[1];

let { address, html } = await visit(start);
for (let pages = 0; pages < 6 && html.includes('<form'); pages += 1) {
  const action = html.match(/<form[^>]*action="([^"]*)"/)[1].replaceAll('&amp;', '&');
  const form = new URLSearchParams();
  for (const name of ['prompt', 'xsrf', 'user_code', 'confirm']) {
    const value = input(html, name);
    if (value !== undefined) form.set(name, value);
  }
  if (html.includes('name="login"')) {
    form.set('login', 'ada');
    form.set('password', 'any will do');
  }
  ({ address, html } = await visit(new URL(action, address).href, form));
}
writeFileSync(lastPage, html);

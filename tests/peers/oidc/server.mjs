// An OpenID Connect server made of the package oidc-provider, on a free port of 127.0.0.1.
//
// Usage: node server.mjs CLIENTS.json [RESOURCE]
// Each request to the token, revocation and registration endpoints is logged on standard error as "METHOD PATH STATUS".

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';

// The package tells about its defaults; the first line of standard output is ours.
console.info = console.warn = console.error;
const { default: Provider } = await import('oidc-provider');

const clients = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients,
    jwks: { keys: [{ ...key, kid: 'first', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['only for tests'] },
    scopes: ['openid', 'offline_access', 'email', 'mcp'],
    claims: { openid: ['sub'], email: ['email'] },
    conformIdTokenClaims: false,
    findAccount: (ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com` }),
    }),
    clientBasedCORS: () => false,
    rotateRefreshToken: true,
    ttl: { AccessToken: 3600, ClientCredentials: 600, DeviceCode: 120 },
    enabledJWA: { clientAuthSigningAlgValues: ['RS256', 'ES256', 'EdDSA', 'Ed25519'] },
    features: {
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      introspection: { enabled: true },
      registration: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, resource) => ({
          scope: 'mcp',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
        }),
      },
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    const path = request.url.split('?')[0];
    response.on('finish', () => console.error(`${request.method} ${path} ${response.statusCode}`));
    answer(request, response);
  });
  console.log(`listening on ${issuer}`);
});

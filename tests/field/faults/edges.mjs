// Places between: gateways, encodings, documents in disguise, redirects that are none, codes and keys that went astray.

import crypto from 'node:crypto';
import { Answer, oauthError, sign, now } from '../kit.mjs';
import { RS, AS, CL, fault, at, on401, challenge } from '../table.mjs';

const prm = (change) => at('prm', (a, c) => (a.status === 200 ? change(a, c) : a));
const prmSet = (name, value) => ({ prmDocument: (d, c) => { d[name] = typeof value === 'function' ? value(c) : value; return d; } });
const asOk = (change) => at('metadata', (a, c) => (a.status === 200 ? change(a, c) : a));
const asSet = (name, value) => ({ metadataDocument: (d, c) => { d[name] = typeof value === 'function' ? value(c) : value; return d; } });
const back = (change) => ({ response: (p, c) => change(p, c) ?? p });
const uri = (c) => c.query.get('redirect_uri');
const code = (answer) => ({ grant: (c) => (c.grant === 'authorization_code' ? answer(c) : undefined) });
const reply = (change) => ({ tokenReply: (r, c) => change(r, c) ?? r });
const register = (answer) => at('register', (a, c) => answer(c, a));
const client = (change) => ({ client: (d, c) => change(d, c) ?? d });
const withToken = (status, body, headers) => ({ judge: (c, t) => (t && c.tokens.has(t) ? Answer.json(status, body, headers) : undefined) });
const utf16 = (text) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
const CIMD = 'https://client.example/oauth/client.json';
const document = (more = {}) => ({ client_id: CIMD, redirect_uris: ['http://127.0.0.1:33418/callback'], ...more });
const cimd = ['--registration', 'cimd', '--client-metadata-url', CIMD];
const takesDocuments = asSet('client_id_metadata_document_supported', true);

export default {
  // Challenge.
  'challenge: url as realm': fault(RS, [/resource_metadata/], challenge((c) => `Bearer realm="${c.prmUrl}"`)),
  'challenge: documentation page': fault(RS, [/resource_metadata|HTML/i, /docs/], { ...challenge((c) => `Bearer resource_metadata="${c.rs}/docs/auth"`), before: (c) => (c.path === '/docs/auth' ? Answer.html(200, 'How to sign in') : undefined) }),
  'challenge: of another server': fault(RS, [/resource/, /billing/], { ...challenge((c) => `Bearer resource_metadata="${c.rs}/.well-known/oauth-protected-resource/billing"`), before: (c) => (c.path === '/.well-known/oauth-protected-resource/billing' ? Answer.json(200, { resource: `${c.rs}/billing`, authorization_servers: [c.issuer] }) : undefined) }),
  'challenge: url with a line break': fault(RS, [/resource_metadata/], challenge((c) => `Bearer resource_metadata="${c.rs}/.well-known/ oauth-protected-resource/mcp"`)),
  'challenge: empty url': fault(RS, [/resource_metadata/, /empty/i], challenge('Bearer resource_metadata=""')),
  'challenge: bearer twice, first without url': fault(RS, [/resource_metadata/], on401((a, c) => a.set('WWW-Authenticate', 'Bearer realm="x"').add('WWW-Authenticate', `Bearer resource_metadata="${c.rs}/nowhere"`))),
  'challenge: 401 for initialize is a redirect by GET': fault(RS, [/301|308|https/], { before: (c) => (c.where === 'mcp' && c.method === 'POST' && !c.req.headers.authorization ? Answer.to(c.rs.replace('http:', 'https:') + c.path, 301) : undefined) }),
  'challenge: 511': fault(RS, [/511/], on401(() => Answer.html(511, 'Network Authentication Required'))),
  'challenge: 530 tunnel': fault(RS, [/530/], on401(() => Answer.html(530, 'Error 1033: Argo Tunnel error', { Server: 'cloudflare' }))),
  'challenge: tunnel warning page': fault(RS, [/HTML|ngrok/i], { before: (c) => (c.side === 'rs' ? Answer.html(200, 'You are about to visit abc.ngrok-free.app', { 'ngrok-error-code': 'ERR_NGROK_6024' }) : undefined) }),
  'challenge: api key wanted': fault(RS, [/401/, /WWW-Authenticate/], on401(() => Answer.json(401, { message: 'No API key found in request' }, {}))),

  // Protected resource metadata.
  'prm: utf-16': fault(RS, [/UTF-16|UTF-8|encod|byte order|JSON/i], prm((a) => { a.body = utf16(a.body); })),
  'prm: yaml': fault(RS, [/JSON/], prm((a, c) => { a.body = `resource: ${c.resource}\nauthorization_servers:\n  - ${c.issuer}\n`; })),
  'prm: member twice': fault(RS, [/resource/, /twice|more than once|repeat/i], prm((a) => { a.body = a.body.replace('{', '{"resource":"https://old.example/mcp",'); })),
  'prm: comments': fault(RS, [/JSON/], prm((a) => { a.body = `// metadata\n${a.body}`; })),
  'prm: only by POST': fault(RS, [/405/], at('prm', () => Answer.json(405, { error: 'POST only' }))),
  'prm: 406': fault(RS, [/406/], at('prm', () => Answer.json(406, { error: 'Not Acceptable' }))),
  'prm: redirected elsewhere': fault(RS, [/30\d|redirect/i, /other\.example|127\.0\.0\.1:1/], at('prm', () => Answer.to('http://127.0.0.1:1/prm', 302))),
  'prm: javascript': fault(RS, [/JSON|javascript/i], prm((a) => { a.body = `window.PRM = ${a.body};`; a.set('Content-Type', 'application/javascript'); })),
  'prm: error with 200': fault(RS, [/resource/], at('prm', (a) => (a.status === 200 ? Answer.json(200, { error: 'not configured' }) : a))),
  'prm: resource of the staging path': fault(RS, [/resource/, /staging/], prmSet('resource', (c) => c.resource.replace('/mcp', '/staging/mcp')), { shape: 'spring' }),
  'prm: resource twice encoded': fault(RS, [/resource/, /%25|%2F|encod/i], prmSet('resource', (c) => encodeURIComponent(c.resource))),
  'prm: server is a list in text': fault(RS, [/authorization_servers/], prmSet('authorization_servers', (c) => JSON.stringify([c.issuer]))),
  'prm: server with the token endpoint': fault(RS, [/authorization_servers/, /token/], prmSet('authorization_servers', (c) => [c.at.token]), { shape: 'spring' }),
  'prm: servers undefined': fault(RS, [/authorization_servers/, /undefined/], prmSet('authorization_servers', ['undefined']), { shape: 'express' }),
  'prm: first server retired': fault([RS, AS], [/authorization_servers|well-known/, /retired/], prmSet('authorization_servers', (c) => [`${c.as}/realms/retired`, c.issuer]), { shape: 'keycloak' }),
  'prm: first server down': fault([RS, AS], [/127\.0\.0\.1:1\b/], prmSet('authorization_servers', (c) => ['http://127.0.0.1:1', c.issuer])),

  // Authorization server metadata.
  'metadata: token for authorize': fault(AS, [/authorization_endpoint|authoriz/i], asSet('authorization_endpoint', (c) => c.at.token)),
  'metadata: authorize for token': fault(AS, [/token_endpoint|token endpoint/], asSet('token_endpoint', (c) => c.at.authorize)),
  'metadata: number of methods': fault(AS, [/code_challenge_methods_supported/], asSet('code_challenge_methods_supported', { S256: true })),
  'metadata: whitespace in the endpoint': fault(AS, [/token_endpoint/, /space/i], asSet('token_endpoint', (c) => `${c.at.token} `)),
  'metadata: localhost endpoint': fault(AS, [/token_endpoint/, /localhost:9999/], asSet('token_endpoint', 'http://localhost:9999/token')),
  'metadata: every endpoint by a name of the cluster': fault(AS, [/auth\.svc\.cluster\.local/], { metadataDocument: (d) => { for (const k of Object.keys(d)) if (k.endsWith('_endpoint')) d[k] = d[k].replace(/127\.0\.0\.1:\d+/, 'auth.svc.cluster.local'); return d; } }),
  'metadata: grant types as text': fault(AS, [/grant_types_supported/, /string|array/], asSet('grant_types_supported', 'authorization_code')),
  'metadata: none missing from the methods': fault([AS, CL], [/private_key_jwt/], {}, { with: { methods: ['private_key_jwt'] } }),
  'metadata: signed only': fault(AS, [/issuer|JSON/], asOk((a, c) => { a.body = sign({ issuer: c.issuer }); a.set('Content-Type', 'application/jwt'); })),

  // Registration and client documents.
  'register: contacts': fault(AS, [/contacts/], register(() => oauthError(400, 'invalid_client_metadata', 'contacts is required'))),
  'register: field error': fault(AS, [/contacts/], register(() => Answer.json(422, { detail: [{ type: 'missing', loc: ['body', 'contacts'], msg: 'Field required' }] }))),
  'register: errors list': fault(AS, [/client_uri/], register(() => Answer.json(400, { errors: [{ field: 'client_uri', message: 'client_uri must be present' }] }))),
  'register: 409': fault(AS, [/409/], register(() => Answer.json(409, { error: 'client_name already taken' }))),
  'register: 501': fault(AS, [/501/], register(() => Answer.html(501, 'Not Implemented'))),
  'register: 201 without body': fault(AS, [/empty|client_id/i], register(() => new Answer(201))),
  'register: response types': fault(AS, [/response_types/], client((d) => { d.response_types = ['token']; })),
  'register: https redirect': fault(AS, [/redirect_uris/, /https/], { client: (d, c) => { d.redirect_uris = d.redirect_uris.map((u) => u.replace('http:', 'https:')); c.clients.get(d.client_id).redirect_uris = d.redirect_uris; return d; } }),
  'register: encoded redirect': fault(AS, [/redirect_uris/, /%3A|encod/i], { client: (d, c) => { d.redirect_uris = d.redirect_uris.map(encodeURIComponent); c.clients.get(d.client_id).redirect_uris = d.redirect_uris; return d; } }),
  'register: redirect as text': fault(AS, [/redirect_uris/, /string|array/], client((d) => { d.redirect_uris = d.redirect_uris[0]; })),
  'register: private_key_jwt answered': fault(AS, [/private_key_jwt/], { client: (d, c) => { d.token_endpoint_auth_method = 'private_key_jwt'; c.clients.get(d.client_id).token_endpoint_auth_method = 'private_key_jwt'; return d; } }),
  'register: only app links': fault([AS, CL], [/redirect/, /https|127\.0\.0\.1/], register(() => oauthError(400, 'invalid_redirect_uri', 'Only https redirect URIs of verified domains are allowed'))),
  'register: initial access token': fault(AS, [/401|403/, /initial access token/i], register(() => Answer.json(403, { error: 'access_denied', error_description: 'Initial access token missing' }))),
  'document: unknown client': fault([AS, CL], [/client_id/], takesDocuments, { args: cimd }),
  'document: not fetched': fault([AS, CL], [/document|client_id/, /403|fetch/], { ...takesDocuments, authorize: () => Answer.json(400, { error: 'invalid_client', error_description: 'Could not fetch client metadata document: HTTP 403' }) }, { args: cimd }),
  'document: redirect not in it': fault(CL, [/redirect_uri/], takesDocuments, { with: { clients: [document({ redirect_uris: ['https://client.example/callback'] })] }, args: cimd }),
  'document: domain not trusted': fault([AS, CL], [/trust|allow|client\.example/i], { ...takesDocuments, authorize: () => Answer.json(403, { error: 'access_denied', error_description: 'client domain client.example is not on the allow list' }) }, { args: cimd }),
  'document: not advertised': fault([AS], [/client_id_metadata_document_supported/], { authorize: () => Answer.html(400, 'Unknown client_id') }, { args: cimd, with: { register: false } }),

  // Redirects.
  'redirect: meta refresh': fault(AS, [/200|HTML|redirect/i], at('authorize', (a) => (a.status === 302 ? Answer.html(200, `<meta http-equiv="refresh" content="0;url=${a.get('location')}">`) : a))),
  'redirect: without any parameter': fault(AS, [/code/], back((p, c) => uri(c))),
  'redirect: parameters behind a semicolon': fault(AS, [/code/], back((p, c) => `${uri(c)};${p}`)),
  'redirect: comma separated': fault(AS, [/code|state/], back((p, c) => `${uri(c)}?${String(p).replaceAll('&', ',')}`)),
  'redirect: ::1 for 127.0.0.1': fault(AS, [/::1/, /127\.0\.0\.1/], back((p, c) => `${uri(c).replace('127.0.0.1', '[::1]')}?${p}`)),
  'redirect: path doubled': fault(AS, [/callback\/callback/], back((p, c) => `${uri(c)}/callback?${p}`)),
  'redirect: https': fault(AS, [/https/], back((p, c) => `${uri(c).replace('http:', 'https:')}?${p}`)),
  'redirect: port lost': fault(AS, [/33418|port/], back((p, c) => `${uri(c).replace(':33418', '')}?${p}`)),
  'redirect: 200 with Location': fault(AS, [/200/, /Location|redirect/], at('authorize', (a) => { if (a.status === 302) a.status = 200; return a; })),
  'redirect: code encoded twice': fault(AS, [/code/], { response: (p, c) => { const k = c.codes.get(p.get('code')); c.codes.delete(p.get('code')); c.codes.set('ab/cd+ef=', k); p.set('code', encodeURIComponent('ab/cd+ef=')); return p; } }),
  'state: spaces for plus, only odd ones': fault(AS, [/state/], back((p) => { const s = p.get('state'); if (/[^\w.~-]/.test(s)) p.set('state', s.replaceAll('+', ' ')); })),

  // PKCE and code.
  'pkce: SHA-1': fault(AS, [/code_verifier|PKCE/], { pkce: (v, ch) => crypto.createHash('sha1').update(v).digest('base64url') === ch }),
  'pkce: only 43 characters': fault(AS, [/code_verifier/], code(() => oauthError(400, 'invalid_request', 'code_verifier must be exactly 43 characters'))),
  'pkce: of the last attempt': fault(AS, [/code_verifier|PKCE/], code(() => oauthError(400, 'invalid_grant', 'code_challenge mismatch: expected 9f86d081884c7d659a2feaa0c55ad015'))),
  'code: always used already': fault(AS, [/code/, /used|redeemed/i], code(() => oauthError(400, 'invalid_grant', 'Authorization code has already been used'))),
  'code: of another client': fault(AS, [/client/], code(() => oauthError(400, 'invalid_grant', 'Code was issued to another client'))),
  'code: not found': fault(AS, [/code/, /not found/i], code(() => oauthError(404, 'not_found', 'authorization code not found'))),

  // Token.
  'token: audience demanded': fault(AS, [/audience/], code(() => oauthError(400, 'invalid_request', 'audience is required'))),
  'token: CSRF': fault(AS, [/CSRF/], at('token', () => Answer.html(403, 'CSRF verification failed. Request aborted.'))),
  'token: 426': fault(AS, [/426/], at('token', () => Answer.json(426, { error: 'HTTP/2 required' }))),
  'token: 411': fault(AS, [/411/], at('token', () => Answer.html(411, 'Length Required'))),
  'token: Bearer in it': fault(AS, [/access_token/, /Bearer/], reply((r) => { r.access_token = `Bearer ${r.access_token}`; })),
  'token: quotes in it': fault(AS, [/access_token/, /quot/i], reply((r) => { r.access_token = `"${r.access_token}"`; })),
  'token: type with a space': fault(AS, [/token_type/], reply((r) => { r.token_type = 'Bearer '; })),
  'token: expires_in and exp': fault(AS, [/expires_in/, /exp/], { claims: (k) => { k.exp = now() + 60; return k; } }),
  'token: for ten years': fault(AS, [/expires_in|lifetime|lives/, /315360000|10 years|years/], reply((r) => { r.expires_in = 315360000; })),
  'token: an ID token': fault(AS, [/ID token/i], { sign: (k, c) => sign({ iss: k.iss, sub: k.sub, aud: k.client_id, exp: k.exp, iat: k.iat, nonce: 'n-1', at_hash: 'x' }, { header: { typ: 'JWT' } }), accepts: () => undefined }),
  'token: key unknown': fault([AS, RS], [/kid|key/i], { sign: (k) => sign(k, { header: { kid: undefined } }), accepts: () => undefined, mcp: (a, c) => (c.kind === 'invalid' ? a.set('WWW-Authenticate', `Bearer error="invalid_token", error_description="JWT has no kid header", resource_metadata="${c.prmUrl}"`) : a) }),

  // Use, gateways.
  'use: Authorization stripped': fault(RS, [/401/, /Authorization|without|missing/i], { before: (c) => { if (c.where === 'mcp') delete c.req.headers.authorization; } }),
  'use: 401 from a cache': fault(RS, [/401/], { before: (c) => { if (c.where === 'mcp') delete c.req.headers.authorization; }, mcp: (a) => a.set('Age', '31').set('X-Cache', 'HIT') }),
  'use: 431': fault([RS, AS], [/431/], withToken(431, { error: 'Request Header Fields Too Large' })),
  'use: user unknown': fault([RS, AS], [/401|403/, /user-1|unknown user|user/i], withToken(401, { error: 'unknown user user-1' }, { 'WWW-Authenticate': 'Bearer error="invalid_token", error_description="unknown user user-1"' })),
  'use: tenant': fault([RS, AS, CL], [/403/, /tenant/], withToken(403, { error: 'tenant_disabled', message: 'tenant acme is suspended' })),
  'use: introspection fails': fault(RS, [/500/, /introspection/], withToken(500, { error: 'introspection endpoint returned 401' })),
  'use: jwks unreachable': fault(RS, [/503/, /JWKS/], withToken(503, { error: 'JWKS endpoint unreachable' })),
  'use: wants cookies': fault(RS, [/403/, /session cookie/], withToken(403, { error: 'missing session cookie' })),
  'use: later 401': fault(RS, [/401/, /tools\/call/], { mcp: (a, c) => (c.rpc === 'tools/call' ? Answer.json(401, { error: 'unauthorized' }, { 'WWW-Authenticate': 'Bearer error="invalid_token", error_description="token expired"' }) : a) }),
};

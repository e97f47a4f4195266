// The token request: refusals in the dialects of frameworks, and answers that are almost right.

import { Answer, oauthError } from '../kit.mjs';
import { RS, AS, CL, fault, at } from '../table.mjs';

const code = (answer) => ({ grant: (c) => (c.grant === 'authorization_code' ? answer(c) : undefined) });
const reply = (change) => ({ tokenReply: (r, c) => change(r, c) ?? r });
const set = (name, value) => reply((r) => { r[name] = value; });
const ok = (change) => at('token', (a, c) => (a.status === 200 ? change(a, c) : a));
const says = (status, body, headers) => code(() => (typeof body === 'string' ? new Answer(status, body, headers) : Answer.json(status, body, headers)));
const pre = ['--registration', 'preregistered', '--client-id', 'urn:notes:cli', '--client-secret', 's3cret'];

export default {
  // Members.
  'access_token with a space': fault(AS, [/access_token/, /space/i], reply((r) => { r.access_token = `${r.access_token.slice(0, 20)} ${r.access_token.slice(20)}`; })),
  'access_token with an umlaut': fault(AS, [/access_token/], reply((r) => { r.access_token = `tök-${r.access_token}`; })),
  'access_token undefined': fault(AS, [/access_token/, /undefined/], set('access_token', 'undefined')),
  'access_token printed object': fault(AS, [/access_token/, /object Object/], set('access_token', '[object Object]')),
  'access_token as a number': fault(AS, [/access_token/, /number/], set('access_token', 1234567890)),
  'token_type JWT': fault(AS, [/token_type/, /JWT/], set('token_type', 'JWT')),
  'token_type as a list': fault(AS, [/token_type/, /array/], set('token_type', ['Bearer'])),
  'token_type empty': fault(AS, [/token_type/, /empty/i], set('token_type', '')),
  'tokenType beside': fault(AS, [/token_type/, /tokenType/], reply((r) => { r.tokenType = r.token_type; delete r.token_type; })),
  'token_type DPoP': fault(AS, [/token_type/, /DPoP/], set('token_type', 'DPoP')),
  'expires_in true': fault(AS, [/expires_in/, /true|bool/i], set('expires_in', true)),
  'expires_in as a date': fault(AS, [/expires_in/, /2031-01-01/], set('expires_in', '2031-01-01T00:00:00Z')),
  'expires': fault(AS, [/expires_in/, /`?\bexpires\b`?/], reply((r) => { r.expires = r.expires_in; delete r.expires_in; })),
  'expires_at': fault(AS, [/expires_in/, /expires_at/], reply((r) => { r.expires_at = Date.now() + 3600e3; delete r.expires_in; })),
  'scope as an object': fault(AS, [/scope/, /object/], set('scope', { read: true })),
  'scope undefined': fault(AS, [/scope/, /undefined/], set('scope', 'undefined'), { shape: 'spring' }),
  'scopes for scope': fault(AS, [/scope/, /notes:read/], reply((r) => { r.scopes = ['profile']; r.scope = 'profile'; }), { shape: 'spring' }),
  'refresh_token true': fault(AS, [/refresh_token/, /bool|true/i], set('refresh_token', true)),

  // The message.
  'no-cache': fault(AS, [/Cache-Control/, /no-store/], ok((a) => a.set('Cache-Control', 'no-cache'))),
  'member twice': fault(AS, [/access_token/, /twice|more than once|repeat/i], ok((a) => { a.body = a.body.replace('{', '{"access_token":"old-one",'); })),
  'text behind the JSON': fault(AS, [/JSON/], ok((a) => { a.body += '\nOK'; })),
  'NaN': fault(AS, [/JSON/], ok((a) => { a.body = a.body.replace('3600', 'NaN'); })),
  'JSON in a string': fault(AS, [/JSON|string/], ok((a) => { a.body = JSON.stringify(a.body); })),
  'UTF-16': fault(AS, [/UTF-16|encod|JSON/i], ok((a) => { a.body = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(a.body, 'utf16le')]); })),
  'JSONP': fault(AS, [/JSON/], ok((a) => { a.body = `callback(${a.body})`; a.set('Content-Type', 'application/javascript'); })),
  'XML': fault(AS, [/XML|JSON/], ok((a, c) => { const r = JSON.parse(a.body); a.body = `<?xml version="1.0"?><OAuth><access_token>${r.access_token}</access_token><token_type>Bearer</token_type></OAuth>`; a.set('Content-Type', 'application/xml'); })),
  'Python dictionary': fault(AS, [/JSON/], ok((a) => { a.body = a.body.replaceAll('"', "'"); })),
  'octet-stream': fault(AS, [/Content-Type/i, /octet-stream/], ok((a) => a.set('Content-Type', 'application/octet-stream'))),
  'no Content-Type': fault(AS, [/Content-Type/i], ok((a) => a.drop('Content-Type'))),
  'in a list of one user': fault(AS, [/access_token/, /authed_user/], ok((a) => a.json((d) => ({ ok: true, authed_user: { access_token: d.access_token, token_type: 'user' } })))),
  '303 with the token': fault(AS, [/303/], ok((a, c) => Answer.to(`${c.as}/done#access_token=x`, 303))),
  '307 to another host': fault(AS, [/307/], at('token', () => Answer.to('https://token.invalid/oauth/token', 307))),
  'closed in the middle': fault(AS, [/cut|clos|end|reset/i], { token: () => Answer.raw('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"access_token":') }),

  // Refusals.
  'gateway wants a bearer token': fault(AS, [/401/, /token endpoint|\/token/], at('token', () => Answer.json(401, { message: 'Unauthorized' }, { 'WWW-Authenticate': 'Bearer realm="gateway"' }))),
  'gateway wants a key': fault(AS, [/403|401/, /Missing Authentication Token/], at('token', () => Answer.json(403, { message: 'Missing Authentication Token' }, { 'x-amzn-ErrorType': 'MissingAuthenticationTokenException' }))),
  'XML refusal': fault(AS, [/400|invalid_grant/], says(400, '<error><code>invalid_grant</code></error>', { 'Content-Type': 'application/xml' })),
  'problem details': fault(AS, [/code_verifier/], says(400, { type: 'about:blank', title: 'Bad Request', status: 400, detail: 'code_verifier too short' }, { 'Content-Type': 'application/problem+json' })),
  'list of errors': fault(AS, [/not permitted/], says(400, { errors: [{ code: 'E100', message: 'client not permitted here' }] })),
  'ASP.NET': fault(AS, [/client_secret/], says(400, { title: 'One or more validation errors occurred.', status: 400, errors: { client_secret: ['The client_secret field is required.'] }, traceId: '00-1' })),
  'Spring': fault(AS, [/500/], says(500, { timestamp: '2026-01-01T00:00:00Z', status: 500, error: 'Internal Server Error', path: '/oauth2/token' })),
  'Laravel': fault(AS, [/422/, /code/], says(422, { message: 'The given data was invalid.', errors: { code: ['The selected code is invalid.'] } })),
  'Django': fault(AS, [/client_id/], says(400, { non_field_errors: [], client_id: ['This field is required.'] })),
  'GraphQL': fault(AS, [/200/, /Code unknown/], says(200, { data: null, errors: [{ message: 'Code unknown' }] })),
  'success false': fault(AS, [/200/, /Invalid code/], says(200, { success: false, message: 'Invalid code' })),
  'errcode': fault(AS, [/invalid code/], says(200, { errcode: 40029, errmsg: 'invalid code' })),
  'in German': fault(AS, [/invalid_grant/, /abgelaufen/], code(() => oauthError(400, 'invalid_grant', 'Der Autorisierungscode ist abgelaufen'))),
  'in Japanese': fault(AS, [/invalid_grant/, /認可コード/], code(() => oauthError(400, 'invalid_grant', '認可コードが無効です'))),
  'in capitals': fault(AS, [/INVALID_GRANT/], code(() => oauthError(400, 'INVALID_GRANT', 'code'))),
  'wants an assertion': fault(AS, [/client_assertion/], code(() => oauthError(401, 'invalid_client', 'client_assertion is missing'))),
  'wants DPoP': fault([AS, CL], [/DPoP/], code(() => oauthError(400, 'invalid_dpop_proof', 'DPoP proof is required'))),
  'wants a certificate': fault([AS, CL], [/certificate/], code(() => oauthError(401, 'invalid_client', 'no client certificate was presented (mTLS)'))),
  'clock of another node': fault(AS, [/future|clock/], code(() => oauthError(400, 'invalid_grant', 'code was issued in the future'))),
  'colon in the client id': fault(AS, [/encod|%3A/i, /client/], { authenticate: (client, used) => undefined, before: (c) => { const b = /^Basic (.+)$/.exec(c.where === 'token' ? c.req.headers.authorization ?? '' : ''); if (b && Buffer.from(b[1], 'base64').toString().includes('%3A')) return oauthError(401, 'invalid_client', 'unknown client urn%3Anotes%3Acli'); } }, { args: pre, with: { methods: ['client_secret_basic'], clients: [{ client_id: 'urn:notes:cli', client_secret: 's3cret', redirect_uris: ['http://127.0.0.1:33418/callback'], token_endpoint_auth_method: 'client_secret_basic' }] } }),
  'redirect_uri unexpected': fault(AS, [/redirect_uri/], code(() => oauthError(400, 'invalid_grant', 'redirect_uri mismatch: expected http://localhost:33418/callback'))),
  'PKCE left out by the proxy': fault(AS, [/code_verifier|PKCE/], code(() => oauthError(400, 'invalid_grant', 'PKCE: code_verifier provided but no code_challenge was stored'))),
  'wrong scope parameter': fault(AS, [/scope/], code(() => oauthError(400, 'invalid_request', 'scope is required'))),
};

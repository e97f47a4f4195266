// More answers of the token endpoint.

import zlib from 'node:zlib';
import { Answer, oauthError } from '../kit.mjs';
import { RS, AS, CL, fault, at } from '../table.mjs';

const code = (answer) => ({ grant: (c) => (c.grant === 'authorization_code' ? answer(c) : undefined) });
const says = (status, body, headers) => code(() => (typeof body === 'string' ? new Answer(status, body, headers) : Answer.json(status, body, headers)));
const set = (name, value) => ({ tokenReply: (r) => { r[name] = typeof value === 'function' ? value(r) : value; return r; } });
const ok = (change) => at('token', (a, c) => (a.status === 200 ? change(a, c) : a));

export default {
  'expires_in never': fault(AS, [/expires_in/, /never/], set('expires_in', 'never')),
  'expires_in a fraction of a second': fault(AS, [/expires_in/, /0\.5|\b0\b/], set('expires_in', 0.5)),
  'expires_in a list': fault(AS, [/expires_in/, /array/], set('expires_in', [3600])),
  'scope with line breaks': fault(AS, [/scope/], set('scope', 'notes:read\nnotes:write'), { shape: 'spring' }),
  'scope with a semicolon': fault(AS, [/scope/, /;|semicolon/], set('scope', 'notes:read;notes:write'), { shape: 'spring' }),
  'scope true': fault(AS, [/scope/, /bool|true/], set('scope', true)),
  'id_token a number': fault(AS, [/id_token/, /number/], set('id_token', 7)),
  'access_token a list': fault(AS, [/access_token/, /array/], set('access_token', (r) => [r.access_token])),
  'access_token None': fault(AS, [/access_token/, /None/], set('access_token', 'None')),
  'token_type null as text': fault(AS, [/token_type/, /null/], set('token_type', 'null')),
  'refresh_token undefined': fault(AS, [/refresh/i, /undefined/], set('refresh_token', 'undefined')),
  'gzip without saying so': fault(AS, [/gzip|JSON|binary/i], ok((a) => { a.body = zlib.gzipSync(Buffer.from(a.body)); })),
  'not UTF-8': fault(AS, [/UTF-8|JSON/i], ok((a) => { a.body = Buffer.concat([Buffer.from(a.body.slice(0, -1)), Buffer.from(',"name":"M'), Buffer.from([0xfc]), Buffer.from('ller"}')]); })),
  'Content-Length too small': fault(AS, [/JSON|cut|length/i], ok((a) => Answer.raw(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: 40\r\nConnection: close\r\n\r\n${a.body}`))),
  'as an event stream': fault(AS, [/event-stream|JSON/], ok((a) => { a.body = `data: ${a.body}\n\n`; a.set('Content-Type', 'text/event-stream'); })),
  'as problem+json': fault(AS, [/Content-Type/i, /problem\+json/], ok((a) => a.set('Content-Type', 'application/problem+json'))),
  'empty object': fault(AS, [/access_token/], ok((a) => { a.body = '{}'; })),
  'null': fault(AS, [/null|JSON|object/], ok((a) => { a.body = 'null'; })),
  'in a cookie': fault(AS, [/access_token/], ok((a) => { const t = JSON.parse(a.body).access_token; a.body = '{"status":"ok"}'; a.set('Set-Cookie', `access_token=${t}; HttpOnly`); })),
  'in a header': fault(AS, [/empty/i], ok((a) => { const t = JSON.parse(a.body).access_token; a.body = ''; a.set('Authorization', `Bearer ${t}`); })),
  '308 with a slash': fault(AS, [/308/], at('token', (a, c) => Answer.to(`${c.at.token}/`, 308))),
  '206': fault(AS, [/206/], ok((a) => { a.status = 206; })),
  '302 to the callback': fault(AS, [/302/], ok((a) => Answer.to(`http://127.0.0.1:33418/callback?access_token=x`))),

  'error as a list': fault(AS, [/invalid_grant/], says(400, { error: ['invalid_grant'] })),
  'error as an object': fault(AS, [/Code reused/], says(400, { error: { type: 'invalid_grant', message: 'Code reused' } })),
  'error in capitalised members': fault(AS, [/consumed/], says(400, { Error: 'InvalidGrant', ErrorDescription: 'The code has been consumed' })),
  'error in a data envelope': fault(AS, [/code_not_found|no such code/], says(400, { status: 'fail', data: { error: 'code_not_found', message: 'no such code' } })),
  'error with an empty description': fault(AS, [/invalid_grant/], says(400, { error: 'invalid_grant', error_description: '' })),
  'error as a number': fault(AS, [/1042/], says(400, { error: 1042, reason: 'bad grant' })),
  'error with the name only in a header': fault(AS, [/400/], says(400, '', { 'X-Error': 'invalid_grant' })),
  'Basic demanded of a public client': fault(AS, [/401/, /Basic|client/], says(401, '<h1>Unauthorized</h1>', { 'WWW-Authenticate': 'Basic realm="oauth"', 'Content-Type': 'text/html' })),
  'method none not allowed': fault(AS, [/none/], code(() => oauthError(401, 'invalid_client', 'token endpoint auth method none is not allowed for this client')), { with: { methods: ['none'] } }),
  'resource twice': fault(AS, [/resource/], code(() => oauthError(400, 'invalid_request', 'Duplicate parameter: resource'))),
  'resource not of the authorization request': fault(AS, [/resource/], code(() => oauthError(400, 'invalid_target', 'resource was not part of the authorization request'))),
  'Origin demanded': fault(AS, [/Origin/], says(403, { error: 'forbidden', message: 'Origin header required' })),
  'grant_type not seen': fault(AS, [/grant_type/], code(() => oauthError(400, 'invalid_request', 'grant_type is missing'))),
  'verifier of the wrong length': fault(AS, [/code_verifier/], code(() => oauthError(400, 'invalid_request', 'code_verifier length must be between 43 and 128'))),
  'stack trace': fault(AS, [/500/], says(500, 'java.lang.NullPointerException\n\tat com.example.TokenEndpoint.post(TokenEndpoint.java:42)', { 'Content-Type': 'text/plain' })),
  'code expired at once': fault(AS, [/expired/], code(() => oauthError(400, 'invalid_grant', 'authorization code expired 3599 seconds ago'))),
  'user disabled': fault([AS, CL], [/disabled/i], code(() => oauthError(400, 'invalid_grant', 'User account is disabled'))),
  'consent withdrawn': fault([AS, CL], [/consent/i], code(() => oauthError(400, 'invalid_grant', 'consent for this client was withdrawn'))),
  '402': fault([AS, CL], [/402/], says(402, { error: 'payment_required' })),
  '520': fault(AS, [/520/], at('token', () => Answer.html(520, 'Web server returns an unknown error', { Server: 'cloudflare' }))),
  '504 with HTML': fault(AS, [/504/], at('token', () => Answer.html(504, 'Gateway Time-out'))),
};

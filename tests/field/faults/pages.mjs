// More of the leg through the browser: statuses that gateways invent, refusals in passing, redirects that are not quite one.

import { Answer, oauthError } from '../kit.mjs';
import { RS, AS, CL, fault, at } from '../table.mjs';

const page = (answer) => at('authorize', answer);
const back = (change) => ({ response: (p, c) => change(p, c) ?? p });
const error = (error, error_description) => ({ consent: () => ({ error, ...(error_description && { error_description }) }) });
const uri = (c) => c.query.get('redirect_uri');
const sent = (change) => at('authorize', (a, c) => (a.status === 302 ? change(a, c) ?? a : a));

export default {
  'state too short for it': fault(AS, [/state/], error('invalid_request', "parameter 'state' must have at least 64 characters")),
  'challenge wanted in hex': fault(AS, [/code_challenge/], error('invalid_request', 'code_challenge must be 64 hexadecimal digits')),
  'https wanted at the redirect URI': fault(AS, [/redirect_uri/, /https/], page(() => Answer.json(400, { error: 'invalid_request', error_description: 'redirect_uri must use https' }))),
  'Referer wanted': fault(AS, [/Referer/], page(() => new Answer(400, 'Bad Request: missing header Referer', { 'Content-Type': 'text/plain' }))),
  '406': fault(AS, [/406/], page(() => Answer.json(406, { message: 'Not Acceptable' }))),
  '429': fault(AS, [/429/], page(() => Answer.html(429, 'Too Many Requests', { 'Retry-After': '60' }))),
  '451': fault(AS, [/451/], page(() => Answer.html(451, 'Unavailable For Legal Reasons'))),
  'headers too large': fault(AS, [/400/, /Too Large/], page(() => Answer.html(400, 'Request Header Or Cookie Too Large', { Server: 'nginx' }))),
  'JSON error with 200': fault([AS, RS], [/invalid_scope/, /200/], page(() => Answer.json(200, { error: 'invalid_scope', error_description: 'nope' }))),
  'login at a private address': fault(AS, [/192\.0\.2\.5/], page(() => Answer.to('http://192.0.2.5/login')), { quick: true }),
  'login at no host': fault(AS, [/idp\.invalid/], page(() => Answer.to('https://idp.invalid/login'))),
  'login by https on the http port': fault(AS, [/TLS|https/], page((a, c) => Answer.to(`${c.as.replace('http:', 'https:')}/login`))),
  'login forgets the client': fault(AS, [/client_id/], { before: (c) => (c.path === '/login' ? Answer.json(400, { error: 'invalid_request', error_description: 'client_id is missing' }) : undefined), ...page((a, c) => Answer.to(`${c.as}/login`)) }),
  'Location in quotes': fault(AS, [/Location|redirect/], sent((a) => a.edit('Location', (v) => `"${v}"`))),
  'Location without a host': fault(AS, [/Location|redirect/], sent((a) => a.edit('Location', (v) => v.replace('127.0.0.1:33418', '')))),
  'Location escaped as in JSON': fault(AS, [/u0026|state|code/], back((p, c) => `${uri(c)}?${String(p).replaceAll('&', '\\u0026')}`)),
  'Refresh header': fault(AS, [/200/, /Refresh|redirect/i], sent((a) => new Answer(200, '', { Refresh: `0;url=${a.get('location')}`, 'Content-Type': 'text/html' }))),
  'ID token instead': fault(AS, [/code/, /id_token/], back((p, c) => `${uri(c)}#id_token=ey.a.b&state=${p.get('state')}`)),
  'PKCE turned off': fault(AS, [/PKCE/], error('invalid_request', 'PKCE is disabled for this client')),
  'iss without the realm': fault(AS, [/iss/, /realms\/acme/], back((p, c) => p.set('iss', c.as)), { shape: 'keycloak' }),
  'iss undefined': fault(AS, [/iss/, /undefined/], back((p) => p.set('iss', 'undefined')), { shape: 'spring' }),
  'state in capitals': fault(AS, [/state/], back((p) => p.set('state', p.get('state').toUpperCase()))),
  'state with a space behind': fault(AS, [/state/], back((p) => p.set('state', `${p.get('state')} `))),
  'account without the right role': fault([AS, CL], [/access_denied/, /role/], error('access_denied', 'Your account lacks the role mcp-user')),
  'user must verify the address': fault([AS, CL], [/verif/i], error('access_denied', 'Please verify your email before logging in.'), { shape: 'auth0' }),
  'maintenance by redirect': fault(AS, [/temporarily_unavailable/, /maintenance/], error('temporarily_unavailable', 'planned maintenance until 06:00 UTC')),
  'error in Spanish': fault(AS, [/invalid_request/, /parámetro/], error('invalid_request', 'Falta un parámetro obligatorio')),
  'error with its own status': fault(AS, [/418/], page(() => Answer.json(418, { error: 'teapot' }))),
  'closed in the middle': fault(AS, [/cut|clos|end|reset/i], { before: (c) => (c.where === 'authorize' ? Answer.raw('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n<html>') : undefined) }),
};

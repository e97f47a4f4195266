// The leg through the browser: what the authorization endpoint demands, what its pages say, and what arrives at the redirect URI.

import { Answer, sign } from '../kit.mjs';
import { RS, AS, CL, fault, at } from '../table.mjs';

const page = (answer) => at('authorize', answer);
const back = (change) => ({ response: (p, c) => change(p, c) ?? p });
const error = (error, error_description) => ({ consent: () => ({ error, ...(error_description && { error_description }) }) });
const uri = (c) => c.query.get('redirect_uri');
const sent = (change) => at('authorize', (a, c) => (a.status === 302 ? change(a, c) : a));

export default {
  // Demands that no MCP client knows of.
  'nonce demanded': fault(AS, [/nonce/], error('invalid_request', 'nonce is required for this flow')),
  'audience demanded': fault(AS, [/audience/], error('invalid_request', 'Missing required parameter: audience')),
  'pushed request demanded': fault(AS, [/pushed|PAR\b/i], error('invalid_request', 'Pushed Authorization Requests are required for this client')),
  'request object demanded': fault(AS, [/request object|JAR|request_uri/i], error('invalid_request', 'a signed request object is required (request or request_uri)')),
  'prompt answered: login_required': fault([AS, CL], [/login_required/], error('login_required', 'The user is not signed in')),
  'prompt answered: consent_required': fault([AS, CL], [/consent_required/], error('consent_required')),
  'prompt answered: interaction_required': fault([AS, CL], [/interaction_required/], error('interaction_required', 'MFA enrolment is required')),
  'one resource too many': fault([AS, RS], [/resource/], error('invalid_target', 'only one resource indicator per request, and it must be a URN')),
  'method refused': fault(AS, [/code_challenge/], error('invalid_request', 'code_challenge must not be used with confidential clients')),

  // Pages.
  'mismatch page in German': fault(AS, [/redirect_uri|Umleitung/, /33418/], page(() => Answer.html(400, 'Ungültige Umleitungs-URI (redirect_uri)'))),
  'page in Japanese': fault(AS, [/400/, /無効/], page(() => Answer.json(400, { error: 'invalid_request', error_description: '無効なリクエストです' }))),
  'CSRF page': fault(AS, [/403/, /CSRF/], page(() => Answer.html(403, 'Forbidden (403): CSRF cookie not set'))),
  '414': fault(AS, [/414/], page(() => Answer.html(414, 'Request-URI Too Large', { Server: 'nginx/1.25.3' }))),
  '503 with Retry-After': fault(AS, [/503/], page(() => Answer.html(503, 'Wartungsarbeiten', { 'Retry-After': '600' }))),
  '421': fault(AS, [/421/], page(() => Answer.html(421, 'Misdirected Request'))),
  'empty page': fault(AS, [/200/, /empty|redirect/i], page(() => new Answer(200, '', { 'Content-Type': 'text/html' }))),
  'client app disabled': fault([AS, CL], [/disabled/], page(() => Answer.html(403, 'This application has been disabled by an administrator'))),
  'problem details': fault(AS, [/tenant/], page(() => Answer.json(400, { type: 'https://errors.example/tenant', title: 'Bad Request', status: 400, detail: 'tenant is missing from the request' }, { 'Content-Type': 'application/problem+json' }))),
  'login at a name of the cluster': fault(AS, [/keycloak:8080/], page(() => Answer.to('http://keycloak.svc.invalid:8080/login'.replace('keycloak.svc.invalid', 'keycloak')))),
  'login page gone': fault(AS, [/404/, /\/login/], { before: (c) => (c.path === '/login' ? Answer.html(404, 'Not Found') : undefined), ...page((a, c) => Answer.to(`${c.as}/login?next=1`)) }),
  'login page broken': fault(AS, [/500/, /\/u\/login/], { before: (c) => (c.path === '/u/login' ? Answer.html(500, 'Application error') : undefined), ...page((a, c) => Answer.to(`${c.as}/u/login?state=hKFo2SBxN`)) }),
  'ping-pong between two pages': fault(AS, [/redirect/i], { before: (c) => (c.path === '/login' ? Answer.to(`${c.at.authorize}?n=${(c.query.get('n') ?? 0) * 1 + 1}`) : undefined), ...page((a, c) => Answer.to(`${c.as}/login?n=${(c.query.get('n') ?? 0) * 1 + 1}`)) }),
  'self-posting form': fault(AS, [/form_post|POST|form/i], sent((a, c) => { const q = new URL(a.get('location')).searchParams; return Answer.html(200, 'Submit').edit('Content-Type', (v) => v) && new Answer(200, `<html><body onload="document.forms[0].submit()"><form method="post" action="${uri(c)}">${[...q].map(([n, v]) => `<input type="hidden" name="${n}" value="${v}">`).join('')}</form></body></html>`, { 'Content-Type': 'text/html' }); })),
  'script that closes the window': fault(AS, [/200/, /redirect/i], sent((a) => new Answer(200, `<script>window.opener.postMessage(${JSON.stringify(a.get('location'))}, "*"); window.close()</script>`, { 'Content-Type': 'text/html' }))),

  // At the redirect URI.
  'parameters in capitals': fault(AS, [/code/, /CODE|case/], back((p, c) => `${uri(c)}?CODE=${p.get('code')}&STATE=${p.get('state')}`)),
  'code in the path': fault(AS, [/callback/], back((p, c) => `${uri(c)}/${p.get('code')}?state=${p.get('state')}`)),
  'code not encoded': fault(AS, [/code/, /\+|encod/i], back((p, c) => { const k = c.codes.get(p.get('code')); c.codes.set('4/0Ab+cd/ef==', k); return `${uri(c)}?code=4/0Ab+cd/ef==&state=${p.get('state')}${p.has('iss') ? `&iss=${encodeURIComponent(p.get('iss'))}` : ''}`; })),
  'answer as a JWT': fault(AS, [/response/, /JWT|JARM|code/], back((p, c) => `${uri(c)}?response=${sign({ iss: c.issuer, code: p.get('code'), state: p.get('state') })}`)),
  'custom scheme': fault(AS, [/cursor:\/\//], back((p) => `cursor://anysphere.cursor-retrieval/oauth/callback?${p}`)),
  'iss encoded twice': fault(AS, [/iss/, /%3A/], back((p, c) => p.set('iss', encodeURIComponent(c.issuer))), { shape: 'spring' }),
  'iss of the token endpoint': fault(AS, [/iss/, /oauth2\/token/], back((p, c) => p.set('iss', c.at.token)), { shape: 'spring' }),
  'iss of the http twin': fault(AS, [/iss/, /https/], back((p, c) => p.set('iss', c.issuer.replace('http:', 'https:'))), { shape: 'keycloak' }),
  'state with a session behind it': fault(AS, [/state/], back((p) => p.set('state', `${p.get('state')};jsessionid=7A`))),
  'state is undefined': fault(AS, [/state/, /undefined/], back((p) => p.set('state', 'undefined'))),
  'state in base64': fault(AS, [/state/], back((p) => p.set('state', Buffer.from(p.get('state')).toString('base64')))),
  'code is undefined': fault(AS, [/code/, /undefined/], back((p) => p.set('code', 'undefined'))),
  'error not encoded': fault([AS, CL], [/access_denied/], back((p, c) => `${uri(c)}?error=access_denied&error_description=The user did not consent&state=${p.get('state')}`)),
  'error under other names': fault(AS, [/error_code|server_error/, /quota/i], back((p, c) => `${uri(c)}?error_code=server_error&error_message=quota+exceeded&state=${p.get('state')}`)),
  'denied in words of its own': fault([AS, CL], [/denied/i, /user_cancelled|AADB2C90091/], error('user_cancelled_authorize', 'AADB2C90091: The user has denied to enter self-asserted information')),
  'semicolon for ampersand': fault(AS, [/code|state/], back((p, c) => `${uri(c)}?${String(p).replaceAll('&', ';')}`)),
};

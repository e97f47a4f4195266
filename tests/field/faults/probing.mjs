// What only an attempt to do wrong brings to light.

import { Answer, now } from '../kit.mjs';
import { RS, AS, fault } from '../table.mjs';

const auth = (c) => c.req.headers.authorization ?? '';
const hello = (c) => Answer.json(200, { jsonrpc: '2.0', id: JSON.parse(c.text || '{}').id ?? null, result: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'x', version: '1' } } });

export default {
  'expired token taken': fault(RS, [/expire|exp\b/i], { accepts: (k) => k && { scope: k.scope } }, { with: { expires: 3 } }),
  'scheme compared by case': fault(RS, [/bearer/, /case/i], { judge: (c) => (/^bearer /.test(auth(c)) ? Answer.json(401, c.d.unauthorized, { 'WWW-Authenticate': c.d.challenge(c) }) : undefined) }),
  'code of another client': fault(AS, [/client/, /code/], { grant: (c) => { const k = c.codes.get(c.form.get('code')); const id = c.form.get('client_id'); if (k && id) k.client = id; } }),
  'loopback port compared': fault(AS, [/port/i], { authorize: (a, c) => { const k = c.clients.get(c.query.get('client_id')); return k && !k.redirect_uris.includes(c.query.get('redirect_uri')) ? Answer.html(400, 'redirect_uri mismatch') : a; } }),
  'state decoded twice': fault(AS, [/state/], { response: (p, c) => { const s = p.get('state'); if (/%/.test(s)) { try { p.set('state', decodeURIComponent(s)); } catch { p.set('state', s.replaceAll('%', '')); } } return p; } }),
  'state cleaned': fault(AS, [/state/], { response: (p, c) => { p.set('state', (p.get('state') ?? '').replace(/[^\w.~-]/g, '')); return p; } }),
  'any JWT taken': fault(RS, [/signature/i], { accepts: undefined, mcp: (a, c) => (a.status === 401 && /^Bearer ey\S+\.\S+\.\S*$/i.test(auth(c)) && c.text.includes('"initialize"') ? hello(c) : a) }),
  'bad token 403': fault(RS, [/403/, /401/], { mcp: (a, c) => (c.kind === 'invalid' ? Object.assign(a, { status: 403 }) : a) }),
  'bad token 500': fault(RS, [/500/], { mcp: (a, c) => (c.kind === 'invalid' ? Answer.json(500, { error: 'JsonWebTokenError: jwt malformed' }) : a) }),
  'bad token 400': fault(RS, [/400/, /401/], { mcp: (a, c) => (c.kind === 'invalid' ? Answer.json(400, { error: 'malformed token' }) : a) }),
  'bad token without a header': fault(RS, [/WWW-Authenticate/], { mcp: (a, c) => (c.kind === 'invalid' ? a.drop('WWW-Authenticate') : a) }),
  'wrong verifier 500': fault(AS, [/500|invalid_grant/], { pkce: (v, ch, c) => true, grant: (c) => { const k = c.codes.get(c.form?.get('code')); return undefined; }, after: (a, c) => a, token: (a, c) => { return c.form && c.form.get('code_verifier') && c.world.good !== undefined && c.form.get('code_verifier') !== c.world.good && c.grant === 'authorization_code' ? Answer.json(500, { error: 'oops' }) : ((c.world.good ??= c.form?.get('code_verifier')), a); } }),
  'GET without a token answers': fault(RS, [/GET/], { before: (c) => (c.where === 'mcp' && c.method === 'GET' && !c.req.headers.authorization ? new Answer(200, ': open\n\n', { 'Content-Type': 'text/event-stream' }) : undefined) }),
  'tools open, handshake closed': fault(RS, [/tools\/list|without a token/], { before: (c) => { if (c.where === 'mcp' && c.method === 'POST' && !c.req.headers.authorization && /tools\/(list|call)/.test(c.text)) { const m = JSON.parse(c.text); return Answer.json(200, { jsonrpc: '2.0', id: m.id, result: m.method === 'tools/list' ? { tools: [] } : { content: [] } }); } } }),
};

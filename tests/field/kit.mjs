// An MCP server and its authorization server, written from the specifications alone.
//
// It shares no code and no author's assumption with the product or its lab: the rows of `faults/` and `healthy.mjs` break or bend it
// one place at a time, through hooks that see every answer before it is sent.

import http from 'node:http';
import https from 'node:https';
import crypto from 'node:crypto';
import zlib from 'node:zlib';
import { stateless, discovered } from './stateless.mjs';

const b64 = (x) => Buffer.from(x).toString('base64url');
const random = () => crypto.randomBytes(24).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);
const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
const strangerKey = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
export const keys = { good: privateKey, stranger: strangerKey };

/** A signed JWT. */
export function sign(claims, { key = privateKey, header = {} } = {}) {
  const head = { alg: 'RS256', typ: 'at+jwt', kid: 'k1', ...header };
  const data = `${b64(JSON.stringify(head))}.${b64(JSON.stringify(claims))}`;
  return `${data}.${crypto.sign('sha256', Buffer.from(data), key).toString('base64url')}`;
}

/** Claims of a JWT that we signed, or undefined. */
export function verify(token) {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const good = crypto.verify('sha256', Buffer.from(`${parts[0]}.${parts[1]}`), publicKey, Buffer.from(parts[2], 'base64url'));
    return good ? JSON.parse(Buffer.from(parts[1], 'base64url')) : undefined;
  } catch {
    return undefined;
  }
}

// ---- answers -----------------------------------------------------------------------------------------------------------

export class Answer {
  constructor(status, body = '', headers = {}) {
    this.status = status;
    this.body = body;
    this.headers = Object.entries(headers);
  }
  static json(status, value, headers = {}) {
    return new Answer(status, JSON.stringify(value), { 'Content-Type': 'application/json', ...headers });
  }
  static html(status, text, headers = {}) {
    return new Answer(status, `<!DOCTYPE html><html><head><title>${text}</title></head><body><h1>${text}</h1></body></html>`, { 'Content-Type': 'text/html; charset=utf-8', ...headers });
  }
  static to(url, status = 302) {
    return new Answer(status, '', { Location: url });
  }
  /** Bytes for the socket as they are; the connection ends after them. `null`: nothing is ever sent. */
  static raw(bytes) {
    const answer = new Answer(0);
    answer.bytes = bytes;
    return answer;
  }
  get(name) {
    return this.headers.find(([n]) => n.toLowerCase() === name.toLowerCase())?.[1];
  }
  drop(name) {
    this.headers = this.headers.filter(([n]) => n.toLowerCase() !== name.toLowerCase());
    return this;
  }
  set(name, value) {
    this.drop(name);
    if (value !== undefined) this.headers.push([name, value]);
    return this;
  }
  add(name, value) {
    this.headers.push([name, value]);
    return this;
  }
  edit(name, change) {
    return this.set(this.headers.find(([n]) => n.toLowerCase() === name.toLowerCase())?.[0] ?? name, change(this.get(name) ?? ''));
  }
  /** Changes the JSON body. */
  json(change) {
    const value = JSON.parse(this.body);
    this.body = JSON.stringify(change(value) ?? value);
    return this;
  }
}

// ---- deployments -------------------------------------------------------------------------------------------------------

const BASE = {
  host: '127.0.0.1',
  mcpPath: '/mcp',
  query: '',
  asHost: undefined, // another name of the same machine for the authorization server
  tls: undefined, // certificates: { rs, as }
  own: false, // the authorization server lives at the MCP server's origin
  issuerPath: '',
  issuerSlash: false,
  documents: ['oauth', 'oidc'], // oauth: RFC 8414 inserted; oidc: appended; oidc-inserted
  endpoints: { authorize: '/authorize', token: '/token', register: '/register', jwks: '/jwks' },
  underIssuer: true, // endpoints lie below the issuer's path
  scopes: ['notes:read', 'notes:write'],
  needs: ['notes:read'], // what every request needs
  tools: { read_note: [], write_note: ['notes:write'] },
  prm: ['path'], // where the metadata is: path, root
  resource: undefined, // string instead of the endpoint's URL
  challenge: (c) => `Bearer resource_metadata="${c.prmUrl}", scope="${c.d.needs.join(' ')}"`,
  unauthorized: { error: 'unauthorized' },
  token: 'jwt', // or opaque
  expires: 3600,
  refresh: true,
  rotates: true,
  stream: false, // answers as event streams
  sessions: true,
  methods: ['none', 'client_secret_basic', 'client_secret_post'],
  register: true,
  clients: [], // registered by hand
  iss: true,
  cors: true,
  slash: 'same', // what /mcp/ is: same, 404
  spec: '2025-11-25',
  stateless: false, // the transport of 2026-07-28
  serverHeaders: {},
  protocol: undefined, // answered protocolVersion; default echoes
};

/** Starts a deployment; `hooks` bend it. */
export async function deploy(shape = {}, hooks = {}) {
  const d = { ...BASE, ...shape, endpoints: { ...BASE.endpoints, ...shape.endpoints } };
  const world = { d, hooks, clients: new Map(), codes: new Map(), tokens: new Map(), refreshes: new Map(), sessions: new Set(), log: [], n: {} };
  for (const client of d.clients) world.clients.set(client.client_id, { redirect_uris: [], token_endpoint_auth_method: 'none', ...client });
  const name = d.host === '[::1]' ? '::1' : d.host === 'localhost' ? undefined : d.host;
  const listen = (side) => new Promise((resolve) => {
    const secure = d.tls?.[side];
    const server = (secure ? https : http).createServer({ keepAliveTimeout: 2000, insecureHTTPParser: true, ...secure }, (req, res) => serve(world, side, req, res));
    server.listen(0, name, () => resolve(server));
  });
  const mcp = await listen('rs');
  const as = d.own ? mcp : await listen('as');
  world.servers = d.own ? [mcp] : [mcp, as];
  const origin = (server, side, host) => `${d.tls?.[side] ? 'https' : 'http'}://${host}:${server.address().port}`;
  world.rs = origin(mcp, 'rs', d.host);
  world.as = origin(as, d.own ? 'rs' : 'as', d.asHost ?? d.host);
  world.url = world.rs + d.mcpPath + d.query;
  world.resource = d.resource ?? world.rs + d.mcpPath;
  if (d.resource === 'origin') world.resource = world.rs;
  world.issuer = world.as + d.issuerPath + (d.issuerSlash ? '/' : '');
  world.prmPath = d.mcpPath === '/' ? '' : d.mcpPath;
  world.prmUrl = `${world.rs}/.well-known/oauth-protected-resource${d.prm.includes('path') ? world.prmPath : ''}`;
  const base = world.as + (d.underIssuer ? d.issuerPath : '');
  world.at = Object.fromEntries(Object.entries(d.endpoints).map(([k, v]) => [k, base + v]));
  world.close = () => world.servers.forEach((s) => { s.closeAllConnections(); s.close(); });
  return world;
}

async function read(req) {
  const parts = [];
  for await (const part of req) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

async function serve(world, side, req, res) {
  try {
    const url = new URL(req.url, 'http://x');
    const c = { ...world, world, side, req, url, path: url.pathname, query: url.searchParams, method: req.method, text: await read(req) };
    c.hits = world.n;
    c.where = place(c);
    world.n[c.where] = (world.n[c.where] ?? 0) + 1;
    c.nth = world.n[c.where];
    let answer = world.hooks.before?.(c);
    answer ??= route(c);
    answer = world.hooks.after?.(answer, c) ?? answer;
    const hook = world.hooks[c.where];
    answer = (await hook?.(answer, c)) ?? answer;
    if (world.d.slow) await new Promise((resolve) => setTimeout(resolve, world.d.slow));
    await send(req, res, answer, world.d, c);
  } catch (error) {
    console.error('kit:', world.row, error);
    res.destroy();
  }
}

async function send(req, res, answer, d, c) {
  if (answer.bytes === null) return; // never answers
  if (answer.bytes !== undefined) {
    for (const part of [].concat(answer.bytes)) {
      req.socket.write(part);
      await new Promise((resolve) => setTimeout(resolve, answer.pace ?? 0));
    }
    if (!answer.open) req.socket.end();
    return;
  }
  if (d.cors && !answer.bare) {
    if (!answer.get('access-control-allow-origin')) answer.add('Access-Control-Allow-Origin', '*');
    if (!answer.get('access-control-expose-headers')) answer.add('Access-Control-Expose-Headers', 'WWW-Authenticate, Mcp-Session-Id');
  }
  for (const [n, v] of Object.entries(d.serverHeaders)) if (!answer.get(n)) answer.add(n, v);
  let body = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(answer.body);
  if (answer.gzip) {
    body = zlib.gzipSync(body);
    answer.set('Content-Encoding', 'gzip');
  }
  if (!answer.chunked && !answer.get('content-length') && answer.status !== 204 && answer.status !== 304) answer.add('Content-Length', String(body.length));
  res.writeHead(answer.status, answer.headers.flat());
  if (c.method === 'HEAD') return res.end();
  if (answer.chunked) for (const byte of body.toString('latin1').match(/.{1,7}/gs) ?? []) res.write(Buffer.from(byte, 'latin1'));
  res.end(answer.chunked ? undefined : body);
}

/** What a request is for. */
function place(c) {
  const { d, path } = c;
  const wellKnown = path.indexOf('/.well-known/');
  if (c.side === 'rs' && path.startsWith('/.well-known/oauth-protected-resource')) return 'prm';
  if (c.side === 'as' || d.own) {
    const base = d.underIssuer ? d.issuerPath : '';
    for (const [name, at] of Object.entries(d.endpoints)) if (path === base + at.split('?')[0]) return name;
    if (wellKnown >= 0) return 'metadata';
  }
  if (c.side === 'rs' && (path === d.mcpPath || (d.slash === 'same' && path === toggled(d.mcpPath)))) return 'mcp';
  return 'other';
}

const toggled = (path) => (path.endsWith('/') ? path.slice(0, -1) : `${path}/`);

function route(c) {
  if (c.method === 'OPTIONS' && c.d.cors && c.where !== 'other') {
    return new Answer(204, '', { 'Access-Control-Allow-Methods': 'GET, POST, DELETE, OPTIONS', 'Access-Control-Allow-Headers': 'Authorization, Content-Type, MCP-Protocol-Version, Mcp-Session-Id', 'Access-Control-Max-Age': '600' });
  }
  const handler = { prm, metadata, register, authorize, token, jwks, mcp }[c.where];
  return handler ? handler(c) : Answer.json(404, { error: 'not_found' });
}

// ---- documents ---------------------------------------------------------------------------------------------------------

function prm(c) {
  if (c.method !== 'GET') return Answer.json(405, { error: 'method_not_allowed' }, { Allow: 'GET' });
  const rest = c.path.slice('/.well-known/oauth-protected-resource'.length);
  const there = (rest === c.prmPath && c.d.prm.includes('path')) || (rest === '' && c.d.prm.includes('root'));
  if (!there) return Answer.json(404, { error: 'not_found' });
  const document = {
    resource: c.resource,
    authorization_servers: [c.issuer],
    scopes_supported: c.d.scopes,
    bearer_methods_supported: ['header'],
    resource_name: 'Notes',
  };
  return Answer.json(200, c.hooks.prmDocument?.(document, c) ?? document);
}

function metadata(c) {
  const p = c.d.issuerPath;
  const forms = {
    oauth: `/.well-known/oauth-authorization-server${p}`,
    oidc: `${p}/.well-known/openid-configuration`,
    'oidc-inserted': `/.well-known/openid-configuration${p}`,
    'oauth-appended': `${p}/.well-known/oauth-authorization-server`,
  };
  const slashed = c.d.issuerSlash && p ? forms.oauth + '/' : undefined;
  if (!c.d.documents.some((form) => forms[form] === c.path) && c.path !== slashed) return Answer.json(404, { error: 'not_found' });
  const document = {
    issuer: c.issuer,
    authorization_endpoint: c.at.authorize,
    token_endpoint: c.at.token,
    ...(c.d.register && { registration_endpoint: c.at.register }),
    jwks_uri: c.at.jwks,
    scopes_supported: c.d.scopes,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: c.d.methods,
    code_challenge_methods_supported: ['S256'],
    ...(c.d.iss && { authorization_response_iss_parameter_supported: true }),
    ...(c.path.includes('openid') && { subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'] }),
  };
  return Answer.json(200, c.hooks.metadataDocument?.(document, c) ?? document);
}

const jwks = () => Answer.json(200, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }] });

// ---- authorization server ----------------------------------------------------------------------------------------------

const oauthError = (status, error, error_description, headers = {}) => Answer.json(status, { error, error_description }, { 'Cache-Control': 'no-store', ...headers });

function register(c) {
  if (!c.d.register) return Answer.json(404, { error: 'not_found' });
  if (c.method !== 'POST') return Answer.json(405, { error: 'method_not_allowed' });
  let wish;
  try {
    wish = JSON.parse(c.text);
  } catch {
    return oauthError(400, 'invalid_client_metadata', 'body is not JSON');
  }
  for (const uri of wish.redirect_uris ?? []) {
    const u = new URL(uri);
    if (u.protocol === 'http:' && !loopback(u.hostname) && !c.hooks.anyRedirect) return oauthError(400, 'invalid_redirect_uri', 'http is for loopback hosts');
  }
  if (!wish.redirect_uris?.length) return oauthError(400, 'invalid_redirect_uri', 'redirect_uris is required');
  const method = wish.token_endpoint_auth_method ?? 'client_secret_basic';
  if (!c.d.methods.includes(method)) return oauthError(400, 'invalid_client_metadata', `token_endpoint_auth_method ${method} is not supported`);
  const client = { ...wish, client_id: random(), client_id_issued_at: now(), token_endpoint_auth_method: method, grant_types: wish.grant_types ?? ['authorization_code'], response_types: wish.response_types ?? ['code'] };
  if (method !== 'none') Object.assign(client, { client_secret: random(), client_secret_expires_at: 0 });
  c.clients.set(client.client_id, client);
  const reply = c.hooks.client?.(structuredClone(client), c) ?? client;
  return Answer.json(201, reply, { 'Cache-Control': 'no-store' });
}

const loopback = (host) => ['127.0.0.1', 'localhost', '[::1]'].includes(host);

function sameRedirect(registered, asked) {
  if (registered === asked) return true;
  try {
    const [a, b] = [new URL(registered), new URL(asked)];
    return loopback(a.hostname) && a.hostname === b.hostname && a.pathname === b.pathname && a.protocol === b.protocol && a.search === b.search;
  } catch {
    return false;
  }
}

function authorize(c) {
  const q = c.query;
  const client = c.clients.get(q.get('client_id'));
  if (!client) return Answer.html(400, 'Unknown client_id');
  const uri = q.get('redirect_uri');
  if (!client.redirect_uris.some((known) => sameRedirect(known, uri))) return Answer.html(400, 'The redirect_uri is not registered for this client');
  const back = (params) => {
    const all = new URLSearchParams(params);
    if (q.has('state')) all.set('state', q.get('state'));
    if (c.d.iss) all.set('iss', c.issuer);
    const changed = c.hooks.response?.(all, c) ?? all;
    return Answer.to(typeof changed === 'string' ? changed : `${uri}${uri.includes('?') ? '&' : '?'}${changed}`);
  };
  if (q.get('response_type') !== 'code') return back({ error: 'unsupported_response_type' });
  if (q.get('code_challenge_method') !== 'S256' || !q.get('code_challenge')) return back({ error: 'invalid_request', error_description: 'PKCE with S256 is required' });
  const resource = q.get('resource');
  if (resource && !c.d.anyResource && resource !== c.resource && resource !== c.url && !c.d.moreResources?.includes(resource)) return back({ error: 'invalid_target', error_description: 'unknown resource' });
  const asked = (q.get('scope') ?? '').split(' ').filter(Boolean);
  const unknown = asked.filter((s) => !c.d.scopes.includes(s) && !c.d.alsoScopes?.includes(s));
  if (unknown.length) return back({ error: 'invalid_scope', error_description: `unknown scope ${unknown.join(' ')}` });
  const refusal = c.hooks.consent?.(c);
  if (refusal) return refusal instanceof Answer ? refusal : back(refusal);
  const code = random();
  const scope = asked.length ? asked : c.d.defaultScope ?? c.d.needs;
  c.codes.set(code, { client: client.client_id, uri, challenge: q.get('code_challenge'), scope, resource: resource ?? c.resource, asked });
  return back({ code });
}

/** The client of a token request, or an error. */
function authenticate(c, form) {
  let id = form.get('client_id');
  let secret = form.get('client_secret');
  let used = secret === null ? 'none' : 'client_secret_post';
  const basic = /^basic (.+)$/i.exec(c.req.headers.authorization ?? '');
  if (basic) {
    const [user, pass] = Buffer.from(basic[1], 'base64').toString().split(':').map((x) => decodeURIComponent(x.replace(/\+/g, ' ')));
    [id, secret, used] = [user, pass, 'client_secret_basic'];
  }
  const client = c.clients.get(id);
  const bad = oauthError(401, 'invalid_client', 'client authentication failed', basic ? { 'WWW-Authenticate': 'Basic realm="token"' } : {});
  if (!client) return [undefined, bad];
  const forced = c.hooks.authenticate?.(client, used, secret, c);
  if (forced) return [undefined, forced];
  if (client.token_endpoint_auth_method === 'none') return used === 'none' ? [client] : [undefined, bad];
  return used !== 'none' && secret === client.client_secret ? [client] : [undefined, bad];
}

function token(c) {
  if (c.method !== 'POST') return Answer.json(405, { error: 'method_not_allowed' }, { Allow: 'POST' });
  if (!(c.req.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) return oauthError(400, 'invalid_request', 'expected a form');
  const form = new URLSearchParams(c.text);
  c.form = form;
  c.grant = form.get('grant_type');
  const early = c.hooks.grant?.(c);
  if (early) return early;
  const [client, error] = authenticate(c, form);
  if (error) return error;
  c.client = client;
  if (c.grant === 'authorization_code') return redeem(c, form, client);
  if (c.grant === 'refresh_token') return renew(c, form, client);
  return oauthError(400, 'unsupported_grant_type', `grant_type ${c.grant} is not supported`);
}

function redeem(c, form, client) {
  const code = c.codes.get(form.get('code'));
  if (!code || code.client !== client.client_id) return oauthError(400, 'invalid_grant', 'the code is unknown, used or expired');
  if (!c.hooks.keepsCodes) c.codes.delete(form.get('code'));
  if (code.uri !== form.get('redirect_uri')) return oauthError(400, 'invalid_grant', 'redirect_uri differs from the authorization request');
  const digest = crypto.createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
  const good = c.hooks.pkce ? c.hooks.pkce(form.get('code_verifier'), code.challenge, c) : digest === code.challenge;
  if (!good) return oauthError(400, 'invalid_grant', 'code_verifier does not match code_challenge');
  const resource = form.get('resource');
  if (resource && resource !== code.resource && !c.d.anyResource) return oauthError(400, 'invalid_target', 'resource differs from the authorization request');
  return issue(c, client, { ...code, resource: resource ?? code.resource });
}

function renew(c, form, client) {
  const grant = c.refreshes.get(form.get('refresh_token'));
  if (!grant || grant.client !== client.client_id) return oauthError(400, 'invalid_grant', 'the refresh token is unknown, used or revoked');
  if (c.d.rotates && !c.hooks.keepsRefresh) c.refreshes.delete(form.get('refresh_token'));
  return issue(c, client, grant, form.get('refresh_token'));
}

function issue(c, client, grant, old) {
  const scope = c.hooks.grants?.([...grant.scope], c, grant) ?? grant.scope;
  const claims = { iss: c.issuer, sub: 'user-1', aud: grant.resource, client_id: client.client_id, scope: scope.join(' '), iat: now(), exp: now() + c.d.expires, jti: random() };
  const bent = c.hooks.claims?.(claims, c) ?? claims;
  const access = c.d.token === 'opaque' ? random() : c.hooks.sign?.(bent, c) ?? sign(bent);
  c.tokens.set(access, { ...bent, truth: claims });
  const reply = { access_token: access, token_type: 'Bearer', expires_in: c.d.expires, scope: scope.join(' ') };
  if (c.d.refresh && (!old || c.d.rotates)) {
    reply.refresh_token = random();
    c.refreshes.set(reply.refresh_token, { ...grant, client: client.client_id });
  }
  const shaped = c.hooks.tokenReply?.(reply, c, !!old) ?? reply;
  return Answer.json(200, shaped, { 'Cache-Control': 'no-store', Pragma: 'no-cache' });
}

// ---- MCP server --------------------------------------------------------------------------------------------------------

const challenge = (c, status, text, more = '') => {
  c.kind = more.includes('invalid_token') ? 'invalid' : more.includes('insufficient') ? 'insufficient' : 'challenge';
  const value = c.d.challenge(c) + more;
  return Answer.json(status, c.d.unauthorized, { 'WWW-Authenticate': value });
};

/** Claims of the token presented, or undefined. */
function claims(c, access) {
  const known = c.tokens.get(access);
  if (known === undefined) return undefined;
  const found = c.d.token === 'opaque' ? known : verify(access);
  if (c.hooks.accepts) return c.hooks.accepts(found, c, known);
  const good = known.truth;
  return found && good.exp > now() && [].concat(good.aud).includes(c.resource) ? good : undefined;
}

function mcp(c) {
  const header = c.req.headers.authorization;
  if (header === undefined) return challenge(c, 401, 'no token');
  const bearer = /^bearer +(\S+)$/i.exec(header);
  const told = c.hooks.judge?.(c, bearer?.[1]);
  if (told) return told;
  const found = bearer && claims(c, bearer[1]);
  if (!found) return challenge(c, 401, 'bad token', ', error="invalid_token", error_description="the token is not valid"');
  if (c.method !== 'POST') return Answer.json(405, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'method not allowed' } }, { Allow: 'POST' });
  let message;
  try {
    message = JSON.parse(c.text);
  } catch {
    return Answer.json(400, { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'parse error' } });
  }
  c.message = message;
  const has = (found.scope ?? '').split(' ');
  const wanted = [...c.d.needs, ...(message.method === 'tools/call' ? c.d.tools[message.params?.name] ?? [] : [])];
  const missing = wanted.filter((s) => !has.includes(s));
  if (missing.length) return insufficient(c, wanted, missing);
  return call(c, message);
}

function insufficient(c, wanted, missing) {
  c.kind = 'insufficient';
  c.wanted = wanted;
  return Answer.json(403, { error: 'insufficient_scope' }, { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${wanted.join(' ')}", resource_metadata="${c.prmUrl}", error_description="more rights are needed"` });
}

function call(c, message) {
  c.kind = 'call';
  c.rpc = message.method;
  const told = c.d.stateless && stateless(c, message);
  if (told) return told;
  if (c.d.sessions && !c.d.stateless && message.method !== 'initialize' && !c.sessions.has(c.req.headers['mcp-session-id'])) {
    const status = c.req.headers['mcp-session-id'] ? 404 : 400;
    return Answer.json(status, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'no such session' } });
  }
  if (message.id === undefined) return new Answer(202);
  const result = results(c, message);
  if (result && c.d.stateless) result.resultType = 'complete';
  const reply = result === undefined ? { jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'Method not found' } } : { jsonrpc: '2.0', id: message.id, result };
  const shaped = c.hooks.rpcReply?.(reply, c) ?? reply;
  const headers = {};
  if (message.method === 'initialize' && c.d.sessions) {
    const id = random();
    c.sessions.add(id);
    headers['Mcp-Session-Id'] = id;
  }
  if (c.d.stream) return new Answer(200, `event: message\ndata: ${JSON.stringify(shaped)}\n\n`, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', ...headers });
  return Answer.json(200, shaped, headers);
}

function results(c, message) {
  switch (message.method) {
    case 'server/discover':
      return c.d.stateless ? discovered() : undefined;
    case 'initialize':
      return { protocolVersion: c.d.protocol ?? message.params?.protocolVersion ?? c.d.spec, capabilities: { tools: {} }, serverInfo: { name: 'notes', version: '1.0.0' } };
    case 'tools/list':
      return { tools: Object.keys(c.d.tools).map((name) => ({ name, description: name, inputSchema: { type: 'object', properties: {} } })) };
    case 'tools/call':
      return c.d.tools[message.params?.name] ? { content: [{ type: 'text', text: 'done' }] } : undefined;
    case 'ping':
      return {};
    default:
      return undefined;
  }
}

export { oauthError, insufficient, challenge, call, now, random };

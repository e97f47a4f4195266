// Platforms, caches and firewalls in front of either server; names that only the inside knows; handshakes; what a browser may read.

import { Answer } from '../kit.mjs';
import { RS, AS, CL, fault, at, on401, challenge } from '../table.mjs';
import { tls, roots } from '../certificates.mjs';

const side = (answer) => ({ before: (c) => (c.side === 'rs' ? answer(c) : undefined) });
const gate = (answer) => ({ before: (c) => (c.where === 'mcp' && c.method !== 'OPTIONS' ? answer(c) : undefined) });
const xml = (code, message) => new Answer(code === 'NoSuchBucket' ? 404 : 403, `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>8</RequestId></Error>`, { 'Content-Type': 'application/xml', Server: 'AmazonS3' });
const prm = (name, value) => ({ prmDocument: (d, c) => { d[name] = typeof value === 'function' ? value(c, d[name]) : value; return d; } });
const meta = (change) => ({ metadataDocument: (d, c) => change(d, c) ?? d });
const url = (change) => challenge((c) => `Bearer resource_metadata="${change(c.prmUrl, c)}"`);
const origin = (where, value) => ({ after: (a, c) => (c.where === where ? a.set('Access-Control-Allow-Origin', value) : a) });
const secure = (rs, as, more = {}) => ({ shape: 'spring', args: ['--cacert', roots], with: { tls: { rs, as } }, ...more });
const moment = () => Answer.html(403, 'Just a moment...', { Server: 'cloudflare', 'cf-mitigated': 'challenge' });

export default {
  // Platforms.
  'Heroku: no such app': fault([RS, CL], [/404/, /No such app/i], side(() => Answer.html(404, 'No such app', { Server: 'Cowboy' }))),
  'Heroku: crashed': fault(RS, [/503/], side(() => Answer.html(503, 'Application error', { Server: 'Heroku' }))),
  'Railway': fault([RS, CL], [/404/, /Application not found/], side(() => Answer.json(404, { status: 'error', code: 404, message: 'Application not found', request_id: 'x' }, { server: 'railway-edge', 'x-railway-fallback': 'true' }))),
  'Azure: stopped': fault(RS, [/403/, /stopped/], side(() => Answer.html(403, 'Error 403 - This web app is stopped.'))),
  'storage: metadata of the resource closed': fault(RS, [/403/, /AccessDenied|Access Denied/], at('prm', () => xml('AccessDenied', 'Access Denied'))),
  'storage: metadata of the server gone': fault(AS, [/404/, /metadata|well-known/], at('metadata', () => xml('NoSuchBucket', 'The specified bucket does not exist'))),
  'Cloudflare 522 at the metadata': fault(AS, [/522/, /metadata|well-known/], at('metadata', () => Answer.html(522, 'auth.notes.example | 522: Connection timed out', { Server: 'cloudflare' }))),
  'Cloudflare 521 at the token endpoint': fault(AS, [/521/], at('token', () => Answer.html(521, '521: Web server is down', { Server: 'cloudflare' }))),
  'Cloudflare 526 at the authorization endpoint': fault(AS, [/526/], at('authorize', () => Answer.html(526, '526: Invalid SSL certificate', { Server: 'cloudflare' }))),
  'bot challenge at the token endpoint': fault(AS, [/403/, /challenge|bot/i], at('token', moment)),
  'bot challenge at registration': fault(AS, [/403/, /challenge|bot/i], at('register', moment)),
  'captcha at the metadata': fault(AS, [/405/, /captcha/i], at('metadata', () => Answer.html(405, 'Human Verification', { 'x-amzn-waf-action': 'captcha' }))),
  '202 of a firewall': fault(AS, [/202/, /challenge|waf/i], at('metadata', () => new Answer(202, '', { 'x-amzn-waf-action': 'challenge' }))),
  'private port of a workspace': fault(RS, [/302/, /pf-signin/], gate(() => Answer.to('https://github.dev.invalid/pf-signin?id=abc&cluster=euw'))),
  'captive portal': fault([RS, CL], [/302/, /portal\.hotel/], gate(() => Answer.to('http://portal.hotel.invalid/login'))),
  'IIS: 440': fault(RS, [/440/], on401(() => Answer.html(440, 'Login Timeout'))),
  'certificate wanted by nginx': fault(RS, [/400/, /certificate/i], gate(() => Answer.html(400, '400 No required SSL certificate was sent', { Server: 'nginx' }))),
  '428': fault(RS, [/428/], on401(() => Answer.json(428, { error: 'Precondition Required: If-Match' }))),
  '418': fault(RS, [/418/], on401(() => Answer.json(418, { error: 'blocked' }))),

  // Names of the inside, and of another stage.
  'issuer is the upstream': fault([AS, RS], [/issuer/, /auth_backend/], meta((d) => { d.issuer = 'http://auth_backend'; })),
  'resource of the developer machine': fault(RS, [/resource/, /host\.docker\.internal/], prm('resource', () => 'http://host.docker.internal:8000/mcp')),
  'resource of the bridge': fault(RS, [/resource/, /172\.17\.0\.3/], prm('resource', () => 'http://172.17.0.3:8000/mcp')),
  'challenge of the cluster': fault(RS, [/resource_metadata/, /svc\.cluster\.local/], url(() => 'http://notes.default.svc.cluster.local:8080/.well-known/oauth-protected-resource/mcp')),
  'variable of nginx': fault(RS, [/resource_metadata/, /\$host/], url((u, c) => u.replace(c.rs, 'http://$host'))),
  'endpoints at localhost': fault(AS, [/authorization_endpoint|registration_endpoint|token_endpoint/, /localhost:8099/], meta((d) => { for (const k of Object.keys(d)) if (k.endsWith('_endpoint')) d[k] = d[k].replace(/127\.0\.0\.1:\d+/, 'localhost:8099'); })),
  'token endpoint of another stage': fault(AS, [/token_endpoint/, /staging/], meta((d) => { d.token_endpoint = 'https://auth.staging.invalid/token'; })),
  'server of another stage': fault(RS, [/authorization_servers/, /staging/], prm('authorization_servers', () => ['https://auth.staging.invalid'])),
  'metadata of another tenant, from a cache': fault([AS, RS], [/issuer/, /realms\/beta/], { ...meta((d) => { d.issuer = d.issuer.replace('acme', 'beta'); }), metadata: (a) => a.set('Age', '812').set('X-Cache', 'Hit from cloudfront') }, { shape: 'keycloak' }),
  'redirect from a cache': fault(AS, [/state/], { response: (p) => { p.set('state', 'of-somebody-else'); return p; }, authorize: (a) => (a.status === 302 ? a.set('Age', '40').set('X-Cache', 'HIT') : a) }),
  'token answer kept by a cache': fault(AS, [/Cache-Control/], at('token', (a) => (a.status === 200 ? a.set('Cache-Control', 'public, max-age=3600').drop('Pragma').set('Age', '0').set('Via', '1.1 varnish') : a))),
  'to www': fault(RS, [/301/, /www\.notes/], gate(() => Answer.to('https://www.notes.invalid/mcp', 301))),
  'slash added, port lost': fault(RS, [/308/, /127\.0\.0\.1\/mcp\//], gate((c) => Answer.to('http://127.0.0.1/mcp/', 308))),
  'document of the resource at the other server': fault(RS, [/302|redirect/i, /oauth-protected-resource/], at('prm', (a, c) => Answer.to(`${c.as}/.well-known/oauth-protected-resource`, 302))),

  // Wires and handshakes.
  'port of SSH': fault([RS, CL], [/HTTP/, /SSH/], side(() => Answer.raw('SSH-2.0-OpenSSH_9.6p1 Ubuntu-3\r\n'))),
  'HTTP/2 only': fault(RS, [/HTTP/], side(() => Answer.raw(Buffer.from([0, 0, 18, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 128, 0, 4, 0, 1, 0, 0, 0, 5, 0, 255, 255, 255])))),
  'control character in the challenge': fault(RS, [/WWW-Authenticate|header|HTTP/i], side((c) => (c.where === 'mcp' && c.method === 'POST' ? Answer.raw(`HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer realm="a\u0001b", resource_metadata="${c.prmUrl}"\r\nContent-Length: 0\r\n\r\n`) : undefined))),
  'gzip said, plain sent with the 401': fault(RS, [/gzip|Content-Encoding/], on401((a) => a.set('Content-Encoding', 'gzip')), { shape: 'spring', with: { unauthorized: { error: 'unauthorized' } } }),
  'certificate of the server for another name': fault(AS, [/certificate/i, /notes\.example|name/], {}, secure(tls.good, tls.named)),
  'certificate of the server not yet valid': fault(AS, [/certificate/i, /not (valid )?yet|2099/], {}, secure(tls.good, tls.future)),
  'no cipher in common': fault(RS, [/TLS/, /cipher|handshake/i], {}, secure({ ...tls.good, ciphers: 'AES128-SHA', maxVersion: 'TLSv1.2' })),
  'old TLS at the server': fault(AS, [/TLS/], {}, secure(tls.good, { ...tls.good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' })),

  // What a browser may read.
  'metadata for one site': fault(AS, [/Access-Control-Allow-Origin/, /app\.notes\.example/], origin('metadata', 'https://app.notes.example')),
  'document of the resource for nobody': fault(RS, [/Access-Control-Allow-Origin/, /null/], origin('prm', 'null')),
  'session id hidden': fault(RS, [/Access-Control-Expose-Headers/, /Mcp-Session-Id/i], { after: (a, c) => (c.where === 'mcp' ? a.set('Access-Control-Expose-Headers', 'WWW-Authenticate') : a) }, { shape: 'keycloak' }),
};

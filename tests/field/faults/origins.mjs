// Servers behind TLS that do not know it, and addresses that only somebody else can use.

import { Answer } from '../kit.mjs';
import { RS, AS, CL, fault, at, challenge } from '../table.mjs';
import { tls, roots } from '../certificates.mjs';

const prm = (name, value) => ({ prmDocument: (d, c) => { d[name] = value(c, d[name]); return d; } });
const meta = (change) => ({ metadataDocument: (d, c) => change(d, c) ?? d });
const plain = (url) => url.replace('https:', 'http:');
const both = (more = {}) => ({ shape: 'spring', args: ['--cacert', roots], ...more, with: { tls: { rs: tls.good, as: tls.good }, ...more.with } });

export default {
  'challenge names http': fault(RS, [/resource_metadata/, /http:/], challenge((c) => `Bearer resource_metadata="${plain(c.prmUrl)}"`), both()),
  'resource is http': fault(RS, [/resource/, /http:/], prm('resource', (c, r) => plain(r)), both()),
  'server is http': fault(RS, [/authorization_servers/, /http:/], prm('authorization_servers', (c) => [plain(c.issuer)]), both()),
  'issuer is http': fault([AS, RS], [/issuer/, /http:/], meta((d) => { d.issuer = plain(d.issuer); }), both()),
  'every endpoint is http': fault(AS, [/authorization_endpoint|token_endpoint|registration_endpoint/, /http:/], meta((d) => { for (const k of Object.keys(d)) if (k.endsWith('_endpoint')) d[k] = plain(d[k]); }), both()),
  'token endpoint is http': fault(AS, [/token_endpoint/, /http:/], meta((d) => { d.token_endpoint = plain(d.token_endpoint); }), both()),
  'keys are http': fault(AS, [/jwks_uri/, /http:/], meta((d) => { d.jwks_uri = plain(d.jwks_uri); }), both()),
  'endpoint redirects down to http': fault(RS, [/30[1278]/, /http:/], { before: (c) => (c.where === 'mcp' && c.method === 'POST' ? Answer.to(plain(c.url_ ?? c.rs + c.path), 307) : undefined) }, both()),
  'metadata redirects down to http': fault(AS, [/30[1278]/, /http:/], at('metadata', (a, c) => Answer.to(plain(c.as + c.path), 302)), both()),
  'https in front, the port of the app behind': fault(RS, [/resource/, /:3000/], prm('resource', (c, r) => r.replace(/:\d+/, ':3000')), both()),
  'challenge names the port of the app': fault(RS, [/resource_metadata/, /:3000/], challenge((c) => `Bearer resource_metadata="${c.prmUrl.replace(/:\d+/, ':3000')}"`), both()),
  'challenge names another scheme, documents another host': fault(RS, [/resource_metadata/, /mcp\.internal/], challenge(() => 'Bearer resource_metadata="https://mcp.internal/.well-known/oauth-protected-resource/mcp"'), both()),
  'certificate for the name, address asked': fault([RS, CL], [/certificate/i, /127\.0\.0\.1|name/], {}, both({ with: { tls: { rs: tls.named } } })),
  'intermediate missing at the authorization server': fault(AS, [/certificate/i, /chain|intermediate|trusted/i], {}, both({ with: { tls: { rs: tls.good, as: tls.below } } })),
  'authorization server speaks no TLS': fault([RS, AS], [/authorization_servers|TLS/, /https|plain HTTP/i], prm('authorization_servers', (c) => [c.issuer.replace('http:', 'https:')]), { shape: 'keycloak' }),
  'prefix of the gateway lost in every endpoint': fault(AS, [/authorization_endpoint|registration_endpoint|token_endpoint/, /404/], meta((d) => { for (const k of Object.keys(d)) if (k.endsWith('_endpoint')) d[k] = d[k].replace('/realms/acme', ''); }), { shape: 'keycloak' }),
  'prefix of the gateway doubled in the challenge': fault(RS, [/resource_metadata/, /\/api\/v1\/api\/v1/], challenge((c) => `Bearer resource_metadata="${c.rs}/.well-known/oauth-protected-resource/api/v1/api/v1/mcp"`), { shape: 'workos' }),
  'resource without the prefix of the gateway': fault(RS, [/resource/, /\/mcp/, /\/api\/v1/], prm('resource', (c, r) => r.replace('/api/v1', '')), { shape: 'workos' }),
  'issuer without the prefix': fault([AS, RS], [/issuer/, /\/v1\/apps/], meta((d, c) => { d.issuer = c.as; }), { shape: 'descope' }),
  'address of the test': fault(RS, [/resource/, /testserver/], prm('resource', () => 'http://testserver/mcp')),
  'example left in': fault(RS, [/authorization_servers/, /auth\.example\.com/], prm('authorization_servers', () => ['https://auth.example.com'])),
  'address of the pod': fault(AS, [/token_endpoint/, /10\.42\.0\.17/], meta((d) => { d.token_endpoint = 'http://10.42.0.17:9000/token'; })),
};

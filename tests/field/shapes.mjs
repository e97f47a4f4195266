// Habits of frameworks and providers: each a healthy deployment that faults are put into.

const saysInvalid = (text) => (c) => `Bearer error="invalid_token", error_description="${text}", resource_metadata="${c.prmUrl}"`;

export const shapes = {
  // TypeScript SDK behind Express: error="invalid_token" even without a token, event streams, sessions.
  express: {
    stream: true,
    challenge: saysInvalid('Missing Authorization header'),
    unauthorized: { error: 'invalid_token', error_description: 'Missing Authorization header' },
    serverHeaders: { 'X-Powered-By': 'Express' },
    endpoints: { jwks: '/.well-known/jwks.json' },
    needs: [],
    defaultScope: ['notes:read'],
  },
  fastmcp: {
    own: true,
    stream: true,
    challenge: saysInvalid('Authentication required'),
    unauthorized: { error: 'invalid_token', error_description: 'Authentication required' },
    serverHeaders: { server: 'uvicorn' },
    documents: ['oauth'],
    token: 'jwt',
    methods: ['none', 'client_secret_post', 'client_secret_basic'],
  },
  spring: {
    sessions: false,
    challenge: (c) => `Bearer resource_metadata=${'"'}${c.prmUrl}${'"'}`,
    unauthorized: '',
    serverHeaders: { 'X-Content-Type-Options': 'nosniff', 'X-Frame-Options': 'DENY', Expires: '0' },
    endpoints: { authorize: '/oauth2/authorize', token: '/oauth2/token', register: '/connect/register', jwks: '/oauth2/jwks' },
    documents: ['oauth', 'oidc'],
  },
  keycloak: {
    issuerPath: '/realms/acme',
    documents: ['oidc', 'oauth'],
    endpoints: { authorize: '/protocol/openid-connect/auth', token: '/protocol/openid-connect/token', register: '/clients-registrations/openid-connect', jwks: '/protocol/openid-connect/certs' },
    slash: '404',
  },
  auth0: {
    issuerSlash: true,
    documents: ['oidc', 'oauth'],
    endpoints: { authorize: '/authorize', token: '/oauth/token', register: '/oidc/register', jwks: '/.well-known/jwks.json' },
    sessions: false,
  },
  entra: {
    issuerPath: '/8f0c1b52-6a0e-4b7e-9c1e-2f8a51a2d9aa/v2.0',
    documents: ['oidc'],
    underIssuer: false,
    endpoints: { authorize: '/8f0c1b52-6a0e-4b7e-9c1e-2f8a51a2d9aa/oauth2/v2.0/authorize', token: '/8f0c1b52-6a0e-4b7e-9c1e-2f8a51a2d9aa/oauth2/v2.0/token', register: '/register', jwks: '/discovery/v2.0/keys' },
    scopes: ['api://notes/Notes.Read', 'api://notes/Notes.Write'],
    needs: ['api://notes/Notes.Read'],
    tools: { read_note: [], write_note: ['api://notes/Notes.Write'] },
    iss: false,
  },
  okta: {
    issuerPath: '/oauth2/default',
    documents: ['oidc', 'oauth-appended'],
    endpoints: { authorize: '/v1/authorize', token: '/v1/token', register: '/v1/clients', jwks: '/v1/keys' },
    iss: false,
  },
  workos: {
    endpoints: { authorize: '/oauth2/authorize', token: '/oauth2/token', register: '/oauth2/register', jwks: '/oauth2/jwks' },
    mcpPath: '/api/v1/mcp',
    prm: ['path', 'root'],
    serverHeaders: { Via: '1.1 gateway' },
    iss: false,
  },
  worker: {
    own: true,
    mcpPath: '/sse-less/mcp',
    token: 'opaque',
    documents: ['oauth'],
    serverHeaders: { Server: 'cloudflare' },
    sessions: false,
    slash: '404',
  },
  descope: {
    issuerPath: '/v1/apps/agentic/P2abc/M3def',
    documents: ['oauth', 'oidc', 'oidc-inserted'],
    underIssuer: false,
    endpoints: { authorize: '/oauth2/v1/apps/agentic/P2abc/M3def/authorize', token: '/oauth2/v1/apps/token', register: '/v1/mgmt/inboundapp/app/P2abc/M3def/register', jwks: '/P2abc/.well-known/jwks.json' },
    mcpPath: '/',
    iss: false,
  },
};

/** The shapes a fault may land in when it does not care. */
export const rotation = ['express', 'spring', 'keycloak', 'auth0', 'workos', 'okta', 'descope'];

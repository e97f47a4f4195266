// How a row is written: who is to blame, what the first finding has to say, and the hooks that break the deployment.

export const RS = 'mcp_server';
export const AS = 'authorization_server';
export const CL = 'client';

/**
 * One fault. `party`: who must change something (one or several that a fair judge would accept). `says`: expressions that must all be
 * found in the first finding's sentence, expected and received. `more`: shape, with (changes of the shape), args, tool, quick.
 */
export const fault = (party, says, hooks, more = {}) => ({ party: [].concat(party), says: [].concat(says), hooks, ...more });

/** Changes 401 answers that ask for authorization. */
export const on401 = (change) => ({ mcp: (a, c) => (a.status === 401 && c.req.headers.authorization === undefined ? change(a, c) ?? a : a) });

/** Another value of the challenge. */
export const challenge = (value) => on401((a, c) => a.set('WWW-Authenticate', typeof value === 'function' ? value(c, a.get('www-authenticate')) : value));

/** Changes answers of one place. */
export const at = (place, change) => ({ [place]: (a, c) => (c.method === 'OPTIONS' ? a : change(a, c) ?? a) });

/** Changes answers of the MCP endpoint to requests with a token that was accepted. */
export const withToken = (change) => ({ mcp: (a, c) => (c.req.headers.authorization !== undefined && c.kind === 'call' ? change(a, c) ?? a : a) });

// What carries the messages: envelopes, streams, sessions, versions, and wires that hang, drip, lie or break.

import { Answer } from '../kit.mjs';
import { RS, AS, CL, fault, at, withToken } from '../table.mjs';

const rpc = (change) => ({ rpcReply: (r, c) => change(r, c) ?? r });
const deep = '['.repeat(100000);
const huge = 'x'.repeat(1 << 20);
const flood = (head) => Array.from({ length: 40 }, (_, i) => (i ? huge : head + huge));
const head = (type = 'application/json') => `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nConnection: close\r\n\r\n`;

export default {
  'id as string': fault(RS, [/id/], rpc((r) => { r.id = String(r.id); })),
  'id other': fault(RS, [/id/], rpc((r) => { r.id = 999; })),
  'id null': fault(RS, [/id/, /null/], rpc((r) => { r.id = null; })),
  'no jsonrpc': fault(RS, [/jsonrpc/], rpc((r) => { delete r.jsonrpc; })),
  'jsonrpc number': fault(RS, [/jsonrpc/], rpc((r) => { r.jsonrpc = 2.0; })),
  'bare result': fault(RS, [/JSON-RPC|jsonrpc/], rpc((r) => r.result)),
  'result and error': fault(RS, [/result/, /error/], rpc((r) => { r.error = null; })),
  'batch': fault(RS, [/array|batch|JSON-RPC/i], rpc((r) => [r])),
  'content type text': fault(RS, [/Content-Type/i, /text\/plain/], withToken((a) => { if (a.status === 200) a.set('Content-Type', 'text/plain'); }), { with: { stream: false } }),
  'json called stream': fault(RS, [/Content-Type|event-stream/i], withToken((a) => { if (a.status === 200) a.set('Content-Type', 'text/event-stream'); }), { with: { stream: false } }),
  'stream called json': fault(RS, [/Content-Type|event stream|JSON/i], withToken((a) => { if (a.status === 200) a.set('Content-Type', 'application/json'); }), { with: { stream: true } }),
  'stream without answer': fault(RS, [/stream/], withToken((a) => { if (a.status === 200) a.body = ': ping\n\n'; }), { with: { stream: true } }),
  'empty 200': fault(RS, [/empty|200/i], withToken((a) => { if (a.status === 200) a.body = ''; })),
  '202 for a request': fault(RS, [/202/], withToken((a) => (a.status === 200 ? new Answer(202) : a))),
  'initialized 500': fault(RS, [/500/, /initialized/], { mcp: (a, c) => (c.rpc === 'notifications/initialized' ? Answer.json(500, {}) : a) }),
  'initialized 200 body': fault(RS, [/202/, /200/], { mcp: (a, c) => (c.rpc === 'notifications/initialized' ? Answer.json(200, { ok: true }) : a) }),
  'session lost': fault(RS, [/404|session/i], { mcp: (a, c) => (c.rpc === 'tools/list' ? Answer.json(404, { jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found' } }) : a) }, { with: { sessions: true } }),
  'session never given': fault(RS, [/Mcp-Session-Id|session/i], { mcp: (a, c) => (c.rpc === 'initialize' ? a.drop('Mcp-Session-Id') : a) }, { with: { sessions: true } }),
  'version refused': fault(RS, [/MCP-Protocol-Version|version/i], { mcp: (a, c) => (c.req.headers['mcp-protocol-version'] && c.kind === 'call' ? Answer.json(400, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'Bad Request: Unsupported protocol version' } }) : a) }),
  'no protocolVersion': fault(RS, [/protocolVersion/], rpc((r, c) => { if (c.rpc === 'initialize') delete r.result.protocolVersion; })),
  'wants only json': fault(RS, [/406|Accept/], { judge: (c, t) => (t && c.tokens.has(t) ? Answer.json(406, { error: 'Accept must be application/json' }) : undefined) }),
  '415': fault(RS, [/415/], { judge: (c, t) => (t && c.tokens.has(t) ? Answer.json(415, { error: 'unsupported media type' }) : undefined) }),
  'tools/list rpc error': fault(RS, [/-32603|Internal error/], rpc((r, c) => (c.rpc === 'tools/list' ? { jsonrpc: '2.0', id: r.id, error: { code: -32603, message: 'Internal error' } } : r))),
  'initialize rpc error': fault(RS, [/-32602|Unsupported/], rpc((r, c) => (c.rpc === 'initialize' ? { jsonrpc: '2.0', id: r.id, error: { code: -32602, message: 'Unsupported protocol version', data: { supported: ['2024-11-05'] } } } : r))),

  'mcp: never answers': fault(RS, [/answer|time/i], { before: (c) => (c.where === 'mcp' ? Answer.raw(null) : undefined) }, { quick: true }),
  'mcp: silent with token': fault(RS, [/answer|time/i], { judge: (c, t) => (t ? Answer.raw(null) : undefined) }, { quick: true, bare: true }),
  'prm: never answers': fault(RS, [/answer|time/i], { before: (c) => (c.where === 'prm' ? Answer.raw(null) : undefined) }, { quick: true }),
  'metadata: never answers': fault(AS, [/answer|time/i], { before: (c) => (c.where === 'metadata' ? Answer.raw(null) : undefined) }, { quick: true }),
  'token: never answers': fault(AS, [/answer|time/i, /token/], { before: (c) => (c.where === 'token' ? Answer.raw(null) : undefined) }, { quick: true }),
  'register: never answers': fault(AS, [/answer|time/i, /regist/i], { before: (c) => (c.where === 'register' ? Answer.raw(null) : undefined) }, { quick: true }),
  'authorize: never answers': fault(AS, [/answer|time/i, /authoriz/i], { before: (c) => (c.where === 'authorize' ? Answer.raw(null) : undefined) }, { quick: true }),
  'mcp: drips': fault(RS, [/answer|time|complete|end/i], { before: (c) => { if (c.where === 'mcp') { const a = Answer.raw([head(), ...Array(40).fill('x')]); a.pace = 300; return a; } } }, { quick: true }),
  'token: drips': fault(AS, [/answer|time|complete|end/i], { before: (c) => { if (c.where === 'token') { const a = Answer.raw([head(), ...Array(40).fill('x')]); a.pace = 300; return a; } } }, { quick: true }),
  'mcp: closes': fault(RS, [/clos|reset|answer/i], { before: (c) => (c.where === 'mcp' ? Answer.raw('') : undefined) }),
  'token: closes': fault(AS, [/clos|reset|answer/i], { before: (c) => (c.where === 'token' ? Answer.raw('') : undefined) }),
  'prm: closes': fault(RS, [/clos|reset|answer/i], { before: (c) => (c.where === 'prm' ? Answer.raw('') : undefined) }),
  'metadata: closes': fault(AS, [/clos|reset|answer/i], { before: (c) => (c.where === 'metadata' ? Answer.raw('') : undefined) }),
  'metadata: cut body': fault(AS, [/cut|length|bytes|end/i], { before: (c) => (c.where === 'metadata' ? Answer.raw(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"issuer":"x"`) : undefined) }),
  'token: cut body': fault(AS, [/cut|length|bytes|end/i], { before: (c) => (c.where === 'token' ? Answer.raw(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"access_token":"x"`) : undefined) }),
  'prm: chunk cut': fault(RS, [/cut|chunk|end/i], { before: (c) => (c.where === 'prm' ? Answer.raw(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"resource":`) : undefined) }),
  'mcp: not http': fault(RS, [/HTTP/], { before: (c) => (c.where === 'mcp' ? Answer.raw('SSH-2.0-OpenSSH_9.6\r\n') : undefined) }),
  'metadata: bad status line': fault(AS, [/HTTP|status line/i], { before: (c) => (c.where === 'metadata' ? Answer.raw('HTTP/1.1 OK\r\n\r\n') : undefined) }),
  'prm: huge': fault(RS, [/large|big|MiB|limit|bytes/i], { before: (c) => (c.where === 'prm' ? Answer.raw(flood(head())) : undefined) }),
  'metadata: huge': fault(AS, [/large|big|MiB|limit|bytes/i], { before: (c) => (c.where === 'metadata' ? Answer.raw(flood(head())) : undefined) }),
  'prm: deep': fault(RS, [/JSON|deep|nest/i], { before: (c) => (c.where === 'prm' ? Answer.json(200, 0, {}) && new Answer(200, deep, { 'Content-Type': 'application/json' }) : undefined) }),
  'token: deep': fault(AS, [/JSON|deep|nest/i], { before: (c) => (c.where === 'token' ? new Answer(200, deep, { 'Content-Type': 'application/json' }) : undefined) }),
  'metadata: bad gzip': fault(AS, [/gzip|Content-Encoding/i], { metadata: (a) => (a.status === 200 ? a.set('Content-Encoding', 'gzip') : a) }),
  'token: unknown encoding': fault(AS, [/Content-Encoding|zstd/i], { token: (a) => (a.status === 200 ? a.set('Content-Encoding', 'zstd') : a) }),
  'prm: many headers': fault(RS, [/header/i], { before: (c) => (c.where === 'prm' ? Answer.raw(`HTTP/1.1 200 OK\r\n${'X-Filler: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n'.repeat(20000)}\r\n{}`) : undefined) }),
  'prm: redirect loop': fault(RS, [/redirect|loop/i], { before: (c) => (c.where === 'prm' ? Answer.to(c.prmUrl) : undefined) }),
  'metadata: redirect loop': fault(AS, [/redirect|loop/i], { before: (c) => (c.where === 'metadata' ? Answer.to(c.as + c.path) : undefined) }),
  'mcp: https url on http port': fault([RS, CL], [/TLS|https/i], {}, { url: (w) => w.url.replace('http:', 'https:') }),
  'mcp: nobody listens': fault([RS, CL], [/127\.0\.0\.1:1\b/], {}, { url: () => 'http://127.0.0.1:1/mcp' }),
  'mcp: no such host': fault([RS, CL], [/no-such-host\.invalid/], {}, { url: () => 'http://no-such-host.invalid/mcp' }),
  'mcp: wrong path': fault([RS, CL], [/404/], {}, { url: (w) => `${w.rs}/nothing` , shape: 'spring' }),
  'as: nobody listens': fault([AS, RS], [/127\.0\.0\.1/, /connect|refus|listen/i], { start: (w) => { w.servers[1]?.close(); w.servers[1]?.closeAllConnections(); } }, { shape: 'spring' }),
  'mcp: redirect http to https': fault(RS, [/30[128]/, /https/], { before: (c) => (c.where === 'mcp' ? Answer.to(c.url_ ?? `https://127.0.0.1:1/mcp`, 301) : undefined) }),
  'mcp: redirect to other host': fault(RS, [/30[1278]/], { before: (c) => (c.where === 'mcp' ? Answer.to('http://127.0.0.1:1/mcp', 308) : undefined) }),
};

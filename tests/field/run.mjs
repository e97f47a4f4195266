// Plays every row of the field kit against the binary and prints the score.
//
//   node tests/field/run.mjs --bin target/debug/authscope [--only TEXT|TEXT…] [--shapes NAME,NAME…] [--jobs N] [--json FILE] [--verbose]
//
// A fault counts as named when the first finding is about it (its words) and as well blamed when its party is right. A healthy row
// counts as clean when no finding is a failure and the run came to its end. Exit code 0: everything as it should be.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { deploy } from './kit.mjs';
import { shapes, rotation } from './shapes.mjs';
import healthy from './healthy.mjs';
import challenge from './faults/challenge.mjs';
import prm from './faults/prm.mjs';
import metadata from './faults/metadata.mjs';
import registration from './faults/registration.mjs';
import authorize from './faults/authorize.mjs';
import token from './faults/token.mjs';
import use from './faults/use.mjs';
import life from './faults/life.mjs';
import transport from './faults/transport.mjs';
import scopes from './faults/scopes.mjs';
import issuers from './faults/issuers.mjs';
import renewal from './faults/renewal.mjs';
import elevation from './faults/elevation.mjs';
import edges from './faults/edges.mjs';
import deployments from './faults/deployments.mjs';
import doors from './faults/doors.mjs';
import papers from './faults/papers.mjs';
import desk from './faults/desk.mjs';
import origins from './faults/origins.mjs';
import oddities from './faults/oddities.mjs';
import byways from './faults/byways.mjs';
import traps from './traps.mjs';
import habits from './habits.mjs';
import consent from './faults/consent.mjs';
import redemption from './faults/redemption.mjs';
import bearer from './faults/bearer.mjs';
import duration from './faults/duration.mjs';
import probing from './faults/probing.mjs';
import messages from './faults/messages.mjs';
import pages from './faults/pages.mjs';
import answers from './faults/answers.mjs';
import calls from './faults/calls.mjs';
import mixtures from './faults/mixtures.mjs';
import gateways from './faults/gateways.mjs';
import verifiers from './faults/verifiers.mjs';
import fronts from './faults/fronts.mjs';
import intake from './faults/intake.mjs';
import crossing from './faults/crossing.mjs';
import strangers from './faults/strangers.mjs';
import drafts from './faults/drafts.mjs';
import neighbours from './faults/neighbours.mjs';
import variants from './variants.mjs';
import manners from './manners.mjs';
import customs from './customs.mjs';

const option = (name, or) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? or : process.argv[i + 1];
};
const bin = option('bin', process.env.AUTHSCOPE_BIN ?? 'target/debug/authscope');
const only = option('only', '');
const jobs = Number(option('jobs', '4'));
const verbose = process.argv.includes('--verbose');
/** Shapes for the rows that do not care, in place of the usual ones. */
const asked = option('shapes', '').split(',').filter(Boolean);

const faults = Object.entries({ challenge, prm, metadata, registration, authorize, token, use, life, transport, scopes, issuers, renewal, elevation, edges, deployments, doors, papers, desk, consent, redemption, bearer, duration, probing, messages, origins, oddities, pages, answers, calls, mixtures, byways, gateways, verifiers, fronts, intake, crossing, strangers, drafts, neighbours }).flatMap(([area, rows]) => Object.entries(rows).map(([name, row]) => ({ area, name: `${area}/${name}`, ...row })));
// Step-up needs a first challenge that names less than everything.
const stepping = ['keycloak', 'auth0', 'workos', 'okta', 'descope'];
faults.forEach((row, i) => {
  const free = asked.length ? asked : row.tool ? stepping : rotation;
  row.shape ??= free[i % free.length];
});
const rows = [...faults, ...Object.entries({ ...healthy, ...traps, ...habits, ...variants, ...customs, ...manners }).map(([name, row]) => ({ area: 'healthy', name: `healthy/${name}`, healthy: true, shape: 'express', ...row }))].filter((row) => only.split('|').some((part) => row.name.includes(part)));

async function play(row) {
  const world = await deploy({ ...shapes[row.shape], ...row.with }, row.hooks ?? {});
  world.row = row.name;
  row.hooks?.start?.(world);
  const url = row.url ? row.url(world) : world.url;
  const args = ['check', url, '--format', 'json', '--probe', '--refresh', '--call-tool', row.tool ?? 'read_note', '--timeout', row.quick ? '2' : '10'];
  const extra = typeof row.args === 'function' ? row.args(world) : row.args ?? [];
  const started = Date.now();
  const done = await new Promise((resolve) => {
    const child = spawn(bin, [...args, ...extra], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...row.env } });
    let out = '';
    let err = '';
    child.stdout.on('data', (d) => { out += d; });
    child.stderr.on('data', (d) => { err += d; });
    const timer = setTimeout(() => child.kill('SIGKILL'), 90000);
    child.on('close', (code) => { clearTimeout(timer); resolve({ code, out, err }); });
  });
  world.close();
  let report;
  try {
    report = JSON.parse(done.out);
  } catch {
    report = undefined;
  }
  return judge(row, report, done, Date.now() - started);
}

function judge(row, report, done, ms) {
  const result = { name: row.name, shape: row.shape, ms, report };
  if (!report) return { ...result, why: `no report: exit ${done.code} ${done.err.slice(0, 300)}` };
  const first = report.findings[0];
  if (row.healthy) {
    const failures = report.findings.filter((f) => f.level === 'failure');
    const ended = [].concat(row.ending ?? 'complete').includes(report.ending);
    const why = failures.length ? failures.map((f) => `${f.rule}: ${f.message}`).join(' | ') : ended ? '' : `ended ${report.ending}: ${report.message}`;
    return { ...result, good: !why, why };
  }
  const text = first ? [first.message, first.expected, first.received].filter(Boolean).join('\n') : '';
  const unsaid = row.says.filter((s) => !s.test(text));
  const named = !!first && unsaid.length === 0;
  const blamed = !!first && row.party.includes(first.party);
  const about = first ? `[${first.level} ${first.rule} ${first.party}] ${text.replaceAll('\n', ' ¦ ')}` : `no finding; ${report.ending}: ${report.message}`;
  const why = [named ? '' : `unsaid ${unsaid.join(' ')}`, blamed ? '' : `party should be ${row.party.join('|')}`].filter(Boolean).join('; ');
  return { ...result, good: named && blamed, named, blamed, why: why && `${why} ← ${about}`, about };
}

const queue = [...rows];
const results = [];
await Promise.all(Array.from({ length: jobs }, async () => {
  for (let row = queue.shift(); row; row = queue.shift()) results.push(await play(row));
}));
results.sort((a, b) => rows.findIndex((r) => r.name === a.name) - rows.findIndex((r) => r.name === b.name));

const broken = results.filter((r) => !r.name.startsWith('healthy/'));
const clean = results.filter((r) => r.name.startsWith('healthy/'));
const percent = (n, of) => (of ? `${((100 * n) / of).toFixed(1)} % (${n} of ${of})` : 'none');
for (const r of results) {
  if (!r.good) console.log(`MISS ${r.name} (${r.shape}, ${r.ms} ms)\n     ${r.why}`);
  else if (verbose) console.log(`ok   ${r.name} (${r.shape}, ${r.ms} ms)\n     ${r.about ?? r.report?.message}`);
}
console.log(`rows played: ${results.length}`);
console.log(`root cause named: ${percent(broken.filter((r) => r.named).length, broken.length)}`);
console.log(`party right:      ${percent(broken.filter((r) => r.blamed).length, broken.length)}`);
console.log(`healthy and clean: ${percent(clean.filter((r) => r.good).length, clean.length)}`);
console.log(`slowest: ${[...results].sort((a, b) => b.ms - a.ms).slice(0, 5).map((r) => `${r.name} ${r.ms} ms`).join(', ')}`);
const file = option('json');
if (file) writeFileSync(file, JSON.stringify(results, undefined, 1));
process.exit(results.every((r) => r.good) ? 0 : 1);

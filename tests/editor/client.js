// Speaks to `botwright lsp` with the library that VS Code's own clients are made of.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import protocol from 'vscode-languageserver-protocol/node.js';

const [, , binary, repository] = process.argv;
const server = spawn(binary, ['lsp'], { stdio: ['pipe', 'pipe', 'inherit'] });
const ended = new Promise((resolve) => server.on('exit', resolve));
const connection = protocol.createProtocolConnection(
  new protocol.StreamMessageReader(server.stdout),
  new protocol.StreamMessageWriter(server.stdin),
);
const waiting = new Map();
connection.onNotification(protocol.PublishDiagnosticsNotification.type, (params) => {
  waiting.get(`${params.uri} ${params.version}`)?.(params.diagnostics);
});
connection.onError(([error]) => assert.fail(error));
connection.listen();

const uri = (name) => `file:///bots/${name}`;
const diagnostics = (name, version) =>
  new Promise((resolve) => waiting.set(`${uri(name)} ${version}`, resolve));

const { capabilities } = await connection.sendRequest(protocol.InitializeRequest.type, {
  processId: process.pid,
  rootUri: null,
  capabilities: { general: { positionEncodings: ['utf-16'] } },
});
assert.equal(capabilities.positionEncoding, 'utf-16');
await connection.sendNotification(protocol.InitializedNotification.type, {});

for (const folder of ['bots', 'examples']) {
  for (const name of readdirSync(join(repository, folder))) {
    if (!name.endsWith('.yaml') || name.includes('.test.')) continue;
    const found = diagnostics(name, 1);
    const text = readFileSync(join(repository, folder, name), 'utf8');
    await connection.sendNotification(protocol.DidOpenTextDocumentNotification.type, {
      textDocument: { uri: uri(name), languageId: 'yaml', version: 1, text },
    });
    assert.deepEqual(await found, [], name);
  }
}

const lines = readFileSync(join(repository, 'bots/store.yaml'), 'utf8').split('\n');
const line = lines.findIndex((one) => one.includes('embed: out_of_stock'));
const character = lines[line].indexOf('out_of_stock');
const place = { textDocument: { uri: uri('store.yaml') }, position: { line, character } };
const symbols = await connection.sendRequest(protocol.DocumentSymbolRequest.type, place);
assert.ok(symbols.some((symbol) => symbol.name === 'commands'));
const [declared] = await connection.sendRequest(protocol.DefinitionRequest.type, place);
assert.match(lines[declared.range.start.line], /^ {2}out_of_stock:/);
const hover = await connection.sendRequest(protocol.HoverRequest.type, place);
assert.match(hover.contents.value, /title: Out of stock/);
const items = await connection.sendRequest(protocol.CompletionRequest.type, place);
assert.ok(items.some((item) => item.label === 'key_delivery'));
const renamed = await connection.sendRequest(protocol.RenameRequest.type, { ...place, newName: 'sold_out' });
assert.equal(renamed.changes[uri('store.yaml')].length, 2);

const found = diagnostics('store.yaml', 2);
await connection.sendNotification(protocol.DidChangeTextDocumentNotification.type, {
  textDocument: { uri: uri('store.yaml'), version: 2 },
  contentChanges: [{ range: { start: place.position, end: { line, character: character + 3 } }, text: 'aut' }],
});
const [mistake] = await found;
assert.equal(mistake.code, 'E0301');
const actions = await connection.sendRequest(protocol.CodeActionRequest.type, {
  textDocument: place.textDocument,
  range: mistake.range,
  context: { diagnostics: [mistake] },
});
assert.equal(actions[0].edit.changes[uri('store.yaml')][0].newText, 'out_of_stock');

await connection.sendRequest(protocol.ShutdownRequest.type);
await connection.sendNotification(protocol.ExitNotification.type);
assert.equal(await ended, 0);
console.log('ok');

// Answers `GET /healthz` with `ok`, with Node's own HTTP module: for the time from start to first answer, and for memory when idle.
//
// node hello.js --port N --data DIR; port 0 is any free port. The folder is not used.

"use strict";

const http = require("node:http");
const { parseArgs } = require("node:util");

const { values } = parseArgs({ options: { port: { type: "string", default: "0" }, data: { type: "string" } } });

const server = http.createServer((request, response) => {
    if (request.method === "GET" && request.url === "/healthz") {
        response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": 2 });
        response.end("ok");
    } else {
        response.writeHead(404, { "Content-Length": 0 });
        response.end();
    }
});

server.listen(Number(values.port), "127.0.0.1", 1024, () => console.log(`ready ${server.address().port}`));

for (const signal of ["SIGTERM", "SIGINT"]) {
    process.once(signal, () => {
        server.close();
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 2000).unref();
    });
}

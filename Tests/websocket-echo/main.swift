import Logging
import Transport

// Echoes every message of a WebSocket on any path, for conformance runs against the real socket layer:
//   websocket-echo --port N        (0 takes any free port; the port is printed)

let arguments = CommandLine.arguments
var port = 0
if let index = arguments.firstIndex(of: "--port"), index + 1 < arguments.count, let number = Int(arguments[index + 1]) {
    port = number
}

var logger = Logger(label: "websocket-echo")
logger.logLevel = .warning

let server = HTTPServer(
    configuration: .init(port: port),
    logger: logger,
    onListening: { address in
        // The text ends with the port.
        let text = "\(address)"
        print(text[(text.lastIndex(of: ":").map { text.index(after: $0) } ?? text.startIndex)...])
    },
    handler: { _ in
        .webSocket(.init(maximumMessageSize: 64 << 20)) { connection in
            do {
                while let message = try await connection.receive() {
                    switch message {
                    case .text(let text): try await connection.send(text: text)
                    case .binary(let bytes): try await connection.send(binary: bytes)
                    }
                }
            } catch {
                // The peer closed while it was being answered.
            }
        }
    }
)

try await server.run()

import NIOCore
import NIOHTTP1
import Transport

/// Server-sent events: `state` with the whole state whenever it has changed, `objects` with the PBX's objects whenever they have, `wire`
/// for each new entry of the wire log.
struct EventStream: Sendable {
    let lab: Lab

    /// A response that ends with the connection. `Last-Event-ID` or `?after=N` resumes the wire log after that entry.
    func response(to request: HTTPRequest) -> HTTPResponse {
        let start = (request.headers.first(name: "Last-Event-ID") ?? request.query["after"]).flatMap(UInt64.init) ?? 0
        return HTTPResponse(
            status: .ok, headers: ["Content-Type": "text/event-stream", "Cache-Control": "no-store"],
            body: .stream(length: nil) { writer in
                // Milliseconds after which a browser connects again.
                try await writer.write("retry: 1000\n\n")
                var number = start
                var lastState = ""
                var lastObjects = ""
                while !Task.isCancelled, !lab.isEnding {
                    let version = lab.changes.version
                    let state = LabSnapshot(lab: lab).state.text()
                    if state != lastState { try await writer.write("event: state\ndata: \(state)\n\n") }
                    lastState = state
                    let objects = LabSnapshot(lab: lab).objects.text()
                    if objects != lastObjects { try await writer.write("event: objects\ndata: \(objects)\n\n") }
                    lastObjects = objects
                    for entry in lab.wire.entries(after: number) {
                        try await writer.write("id: \(entry.number)\nevent: wire\ndata: \(LabSnapshot.entry(entry).text())\n\n")
                        number = entry.number
                    }
                    await lab.changes.wait(after: version)
                }
            })
    }
}

import NIOCore
import NIOHTTP1
import Transport

/// The control API: JSON over HTTP for the demo page and for scripts.
///
/// `GET state`, `GET objects`, `GET settings`, `GET wire?after=N`, `GET events`; `POST` of a JSON object to `customer`, `post`, `update`,
/// `delete`, `like`, `clock`, `objects`, `fault`, `account`, `signup`, `event` and `platform`; `POST` of a file's bytes to `customer/file`, or to `files?name=…&type=…` for a colleague's post;
/// `GET posts/<post>/files/<file>`. A refusal is 400 with `{"error":"…"}`.
struct ControlAPI: Sendable {
    let lab: Lab

    func answer(_ request: HTTPRequest, path: String) async -> HTTPAnswer {
        switch (request.method, path) {
        case (.GET, "state"): return .response(Self.json(.ok, LabSnapshot(lab: lab).state))
        case (.GET, "objects"): return .response(Self.json(.ok, LabSnapshot(lab: lab).objects))
        case (.GET, "settings"):
            return .response(Self.json(.ok, LabSnapshot(lab: lab).settings(host: request.headers.first(name: "Host") ?? "")))
        case (.GET, "wire"): return .response(Self.json(.ok, LabSnapshot(lab: lab).wire(after: request.query["after"].flatMap(UInt64.init) ?? 0)))
        case (.GET, "events"): return .response(EventStream(lab: lab).response(to: request))
        case (.POST, "customer/file"): return .response(await CustomerUpload(lab: lab).answer(request))
        case (.POST, "platform"): return .response(await addPlatform(request))
        case (.POST, "files"): return .response(await takeFile(request))
        case (.POST, _): return .response(await post(request, path: path))
        case (.GET, _) where path.hasPrefix("posts/"):
            return .response(postFile(request, path: path) ?? Self.json(.notFound, ["error": "There is no such call."]))
        default: return .response(Self.json(.notFound, ["error": "There is no such call."]))
        }
    }

    private func post(_ request: HTTPRequest, path: String) async -> HTTPResponse {
        await perform(request) { try ControlCommand(lab: lab).perform(path, $0) }
    }

    /// Adds the service's own App Platform to the PBX: `managerPassword`.
    private func addPlatform(_ request: HTTPRequest) async -> HTTPResponse {
        await perform(request) { arguments in
            try await lab.pbx.addPlatform(managerPassword: arguments["managerPassword"]?.string ?? "")
            return ["ok": true]
        }
    }

    private func perform(_ request: HTTPRequest, _ body: (LabJSON) async throws -> LabJSON) async -> HTTPResponse {
        // Browsers send this type across origins only after a preflight, which nobody answers here.
        guard request.headers.first(name: "Content-Type")?.hasPrefix("application/json") == true else {
            return Self.json(.unsupportedMediaType, ["error": "Content-Type must be application/json."])
        }
        guard let bytes = try? await request.body.collect(upTo: 256 * 1_024), let arguments = try? LabJSON(parsing: bytes.readableBytesView),
            arguments.members != nil
        else { return Self.json(.badRequest, ["error": "The body must be a JSON object."]) }
        do {
            return Self.json(.ok, try await body(arguments))
        } catch let error as LabError {
            return Self.json(.badRequest, ["error": .string(error.description)])
        } catch {
            return Self.json(.internalServerError, ["error": "It failed."])
        }
    }

    static func json(_ status: HTTPResponseStatus, _ value: LabJSON) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"],
            body: .bytes(ByteBuffer(string: value.text())))
    }
}

import NIOCore
import NIOHTTP1
import Transport

/// Gives each request on the lab's port to the system that its path names.
struct LabRouter: Sendable {
    let lab: Lab

    func answer(_ request: HTTPRequest) async -> HTTPAnswer {
        let connect = "/\(lab.configuration.domain)/connect"
        if request.path == connect || request.path.hasPrefix("\(connect)/") {
            // A flawed handshake is still one: the server says what is wrong with it.
            guard request.headers.contains(name: "Upgrade") else {
                return .response(await lab.connect.answer(request, path: String(request.path.dropFirst(connect.count))))
            }
            return .webSocket(WebSocketConfiguration()) { connection in await lab.connect.serve(connection) }
        }
        if request.path.hasPrefix("/graph/") {
            return await lab.meta.answer(request, path: String(request.path.dropFirst("/graph".count)))
        }
        guard LoopbackGuard.allows(request.headers) else {
            return .response(.text(.forbidden, "The lab answers on loopback only."))
        }
        if request.path.hasPrefix("/\(lab.configuration.domain)/pbx/") {
            return .webSocket(WebSocketConfiguration()) { connection in await lab.pbx.serve(connection) }
        }
        if request.path.hasPrefix("/lab/api/") {
            return await ControlAPI(lab: lab).answer(request, path: String(request.path.dropFirst("/lab/api/".count)))
        }
        if request.path.hasPrefix(SignupDialog.prefix) { return .response(await SignupDialog(lab: lab).answer(request)) }
        if request.path.hasPrefix(LabFileRoute.prefix) { return .response(LabFileRoute(lab: lab).answer(request)) }
        guard request.method == .GET, let page = LabPages(lab: lab).page(for: request) else { return .response(.text(.notFound, "not found")) }
        return .response(page)
    }
}

/// Keeps other web sites away from the control API: a page elsewhere can make a browser send requests to loopback, under a name of
/// its own that it points there, or from its own origin.
enum LoopbackGuard {
    static func allows(_ headers: HTTPHeaders) -> Bool {
        guard headers["Host"].count == 1, let host = headers.first(name: "Host"), isLoopback(host) else { return false }
        guard let origin = headers.first(name: "Origin") else { return true }
        guard let scheme = ["http://", "https://"].first(where: origin.hasPrefix) else { return false }
        return isLoopback(String(origin.dropFirst(scheme.count)))
    }

    /// Whether a host with or without port is this machine itself.
    static func isLoopback(_ host: String) -> Bool {
        let names = ["127.0.0.1", "localhost", "[::1]"]
        return names.contains { name in
            guard host.lowercased().hasPrefix(name) else { return false }
            let rest = host.dropFirst(name.count)
            return rest.isEmpty || (rest.first == ":" && rest.count <= 6 && rest.dropFirst().allSatisfy { ("0"..."9").contains($0) })
        }
    }
}

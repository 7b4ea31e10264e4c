import NIOCore
import NIOHTTP1
import Synchronization
public import Transport

extension ConnectSimulator {
    /// Answers a request for a file: an upload or a download (Connect, 9.6).
    ///
    /// - Parameter path: The path below Connect's address; begins with a slash.
    public func answer(_ request: HTTPRequest, path: String) async -> HTTPResponse {
        let parts = path.split(separator: "/")
        switch (request.method, parts.first, parts.count) {
        case (.POST, "buffers"?, 2):
            guard let id = UInt64(parts[1]) else { return refusal(.notFound, request) }
            return await take(request, as: .buffer(id, token: request.query["key"] ?? ""))
        case (.POST, "files"?, 1):
            let query = request.query
            let name = ConnectFileName.shown(query["name"] ?? "")
            let number = { (name: String) in query[name].flatMap(UInt64.init) ?? 0 }
            return await take(request, as: .push(session: number("session"), key: number("key"), name: name))
        case (.GET, "files"?, 2), (.HEAD, "files"?, 2):
            guard let id = UInt64(parts[1]) else { return refusal(.notFound, request) }
            return handOut(id, request)
        default: return refusal(.notFound, request)
        }
    }

    /// Connect's address in its HTTP form, once it has one; without a slash at the end.
    func listens(at base: String) { change { $0.files.base = base } }

    // MARK: Taking

    private func take(_ request: HTTPRequest, as target: ConnectFileTarget) async -> HTTPResponse {
        let now = clock.now()
        let (intake, limit) = state.withLock { ($0.core.begin(target, now: now), $0.core.options.maximumFileSize) }
        guard case .taken(let announced, let fault) = intake else {
            guard case .refused(let status) = intake else { return refusal(.internalServerError, request) }
            return refusal(HTTPResponseStatus(statusCode: status), request)
        }
        let length = request.body.length.map(Int64.init) ?? announced
        var file: LabFile?
        var failure = HTTPResponseStatus.badRequest
        do {
            file = try await files.receive(request.body.troubled(by: fault, expecting: length), upTo: limit)
        } catch is LabFileStore.TooLarge {
            failure = .payloadTooLarge
        } catch is ConnectFileCut {
            cutConnection()
        } catch is HTTPBodyInterrupted {
            // The server answers in our place, or the client is gone.
        } catch {
            failure = .insufficientStorage
        }
        let mime = request.headers.first(name: "Content-Type")
        var id: UInt64?
        step { core, now in
            let end = core.end(target, file, mime: mime, isLost: fault == .missing, now: now)
            id = end.id
            return end.actions
        }
        guard let file else { return refusal(failure, request) }
        guard let id else { return refusal(.notFound, request) }
        wire.add(.connect, .fromService, "POST \(request.path), \(file.size) bytes", nil)
        return uploadAnswer(id)
    }

    private func uploadAnswer(_ id: UInt64) -> HTTPResponse {
        switch options.uploadAnswer {
        case .json:
            let body: LabJSON = ["ok": true, "id": .integer(id)]
            return HTTPResponse(status: .ok, headers: ["Content-Type": "application/json"], body: .bytes(ByteBuffer(string: body.text())))
        case .created: return HTTPResponse(status: .created)
        case .noContent: return HTTPResponse(status: .noContent)
        }
    }

    private func refusal(_ status: HTTPResponseStatus, _ request: HTTPRequest) -> HTTPResponse {
        wire.add(.connect, .fromService, "\(request.method.rawValue) \(request.path): \(status.code)", nil)
        return .text(status, "\(status.code)\n")
    }

    /// Ends the connection that the current task serves as a broken line does: without an answer.
    private func cutConnection() { withUnsafeCurrentTask { $0?.cancel() } }

    // MARK: Handing out

    private func handOut(_ id: UInt64, _ request: HTTPRequest) -> HTTPResponse {
        let (download, ignoresRanges) = state.withLock { state in
            (state.core.download(id, token: request.query["token"] ?? ""), state.core.options.ignoresRanges)
        }
        guard case .file(let file, let fault) = download else {
            guard case .refused(let status) = download else { return refusal(.internalServerError, request) }
            return refusal(HTTPResponseStatus(statusCode: status), request)
        }
        let range = ignoresRanges ? nil : request.headers.first(name: "Range")
        var response = files.response(
            with: file.file, range: range,
            headers: ["Content-Type": file.mime, "Content-Disposition": ConnectFileName.disposition(file.name)])
        if let length = response.body.length, fault != nil {
            response = files.response(
                with: file.file, range: range, headers: response.headers, LabFileStore.Trouble(fault, length: Int64(length)))
        }
        if ignoresRanges { response.headers.remove(name: "Accept-Ranges") }
        response.body = counted(response.body)
        wire.add(.connect, .fromService, "GET \(request.path): \(response.status.code), \(response.body.length ?? 0) bytes", nil)
        return response
    }

    /// The body, with what is sent of it noted: before it goes out, so that who has received it finds it counted.
    private func counted(_ body: HTTPResponseBody) -> HTTPResponseBody {
        guard case .stream(let length?, let write) = body else { return body }
        return .stream(length: length) { writer in
            let sink = Mutex((writer: writer, rest: length))
            if length == 0 { self.change { $0.files.counts.downloads += 1 } }
            var counting = HTTPBodyWriter { part in
                let (sending, rest) = sink.withLock { sink in
                    sink.rest -= part.readableBytes
                    return sink
                }
                self.change { core in
                    core.files.counts.bytesHandedOut += Int64(part.readableBytes)
                    if rest == 0 { core.files.counts.downloads += 1 }
                }
                var writer = sending
                try await writer.write(part)
            }
            try await write(&counting)
        }
    }

    // MARK: Faults and looks

    /// Plans a fault with files, after those planned before.
    public func plan(_ fault: ConnectFileFault) { change { $0.files.faults.append(fault) } }

    /// The faults with files that are still to come.
    public var plannedFileFaults: [ConnectFileFault] { state.withLock { $0.core.files.faults } }

    /// What went over HTTP so far.
    public var fileCounts: ConnectFileCounts { state.withLock { $0.core.files.counts } }

    /// How many file buffers there are.
    public var bufferCount: Int { state.withLock { $0.core.files.buffers.count } }

    /// A file of a post.
    func file(_ id: UInt64, of post: UInt64) -> ConnectStoredFile? {
        state.withLock { $0.core.posts[post]?.files.first { $0.id == id } }
    }

    /// All bytes of a file, for looks at small ones.
    ///
    /// - Throws: If it cannot be read.
    public func bytes(of file: ConnectStoredFile) throws -> [UInt8] { try files.bytes(of: file.file) }
}

extension LabFileStore.Trouble {
    /// What a fault means for a body of that length in bytes.
    init(_ fault: ConnectFileFault.Kind?, length: Int64) {
        self.init()
        switch fault {
        case .cut(let part)?: cutAfter = ConnectFileFault.bytes(part, of: length)
        case .slow(let rate)?: bytesPerSecond = max(1, rate)
        default: break
        }
    }
}

extension ConnectCore {
    // MARK: Messages

    /// `CreateFileBuffer` (Connect, 9.3).
    mutating func createFileBuffer(_ request: ConnectRequest) -> [ConnectAction] {
        switch options.fileBuffers {
        case .offered: break
        case .refused: return [request.failure]
        case .unknown: return []
        }
        guard let name = request.message["name"]?.string, !name.isEmpty else { return [request.failure] }
        dropUnusedBuffers(request.now)
        let id = files.nextBuffer
        files.nextBuffer += 1
        let buffer = ConnectFileBuffer(
            session: request.session, token: random.hex(bytes: 16), name: ConnectFileName.shown(name), mime: request.message["mime"]?.string,
            size: request.message["size"]?.integer, lastUse: request.now)
        files.buffers[id] = buffer
        return [request.answer(("id", written(id)), ("url", .string(url(Self.path(of: id, buffer)))))]
    }

    /// `DeleteFileBuffer`: only on the connection that made it.
    mutating func deleteFileBuffer(_ request: ConnectRequest) -> [ConnectAction] {
        guard let id = request.message["id"]?.identifier, files.buffers[id]?.session == request.session else { return [request.failure] }
        files.buffers[id] = nil
        return [request.answer(("id", written(id)))]
    }

    private static func path(of id: UInt64, _ buffer: ConnectFileBuffer) -> String { "buffers/\(id)?key=\(buffer.token)" }

    // MARK: HTTP

    /// Decides whether an upload into a buffer is taken.
    mutating func beginUpload(_ id: UInt64, token: String, now: Int64) -> ConnectIntake {
        dropUnusedBuffers(now)
        guard var buffer = files.buffers[id] else { return .refused(404) }
        guard buffer.token == token else { return .refused(403) }
        guard buffer.content == .empty else { return .refused(409) }
        let fault = files.takeFault(on: .upload)
        switch fault {
        case .status(let status)?: return .refused(status)
        case .expired?: return .refused(404)
        case .cut?, .slow?, .missing?, nil: break
        }
        buffer.content = .receiving
        buffer.lastUse = now
        files.buffers[id] = buffer
        return .taken(announced: buffer.size, fault)
    }

    /// An upload has ended: with a file, or early, and then it may be tried again. Returns whether the buffer is still there.
    mutating func endUpload(_ id: UInt64, _ file: LabFile?, mime: String?, isLost: Bool, now: Int64) -> Bool {
        guard var buffer = files.buffers[id] else { return false }
        buffer.lastUse = now
        buffer.content = .empty
        if let file {
            files.counts.uploads += 1
            files.counts.bytesTaken += file.size
            buffer.content = .full(
                ConnectIncomingFile(
                    name: buffer.name, mime: ConnectFileName.mime(mime ?? buffer.mime, name: buffer.name), file: file, isLost: isLost))
        }
        files.buffers[id] = buffer
        return true
    }

    // MARK: Life

    /// The buffer that a URL means: as it was given out, or made absolute by the client.
    func buffer(at url: String) -> UInt64? {
        files.buffers.first { id, buffer in
            let path = Self.path(of: id, buffer)
            return url == path || url.hasSuffix("/\(path)")
        }?.key
    }

    mutating func dropUnusedBuffers(_ now: Int64) {
        for (id, buffer) in files.buffers where buffer.content != .receiving && now - buffer.lastUse >= ConnectFiles.bufferLifetime {
            files.buffers[id] = nil
        }
    }

    /// The URL of something below the service's address, in the form that the options want.
    func url(_ path: String) -> String {
        switch options.fileURLs {
        case .relative: path
        case .absolute: "\(files.base)/\(path)"
        case .otherHost: "\(files.base.replacing("://127.0.0.1", with: "://localhost", maxReplacements: 1))/\(path)"
        }
    }
}

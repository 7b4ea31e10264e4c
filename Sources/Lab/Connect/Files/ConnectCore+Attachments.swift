extension ConnectCore {
    /// `Attachments`: the files of a post that the login sees, with URLs of this connection.
    mutating func attachments(_ request: ConnectRequest) -> [ConnectAction] {
        guard let id = request.message["id"]?.identifier, let post = posts[id], isVisible(post, to: request.login.viewer) else {
            return [request.failure]
        }
        let list = post.files.map { file in
            LabJSON.object(
                ("id", written(file.id)), ("url", .string(url("files/\(file.id)?token=\(token(for: file.id, of: id, request.session))"))),
                ("name", .string(file.name)), ("size", options.describesFiles ? .integer(file.size) : nil),
                ("mime", options.describesFiles ? .string(file.mime) : nil))
        }
        return [request.answer(("id", written(id)), ("files", .array(list)))]
    }

    /// The secret part of a file's URL: the same for a connection until it expires.
    private mutating func token(for file: UInt64, of post: UInt64, _ session: Int) -> String {
        if let known = sessions[session]?.downloads[file] { return known.token }
        let token = random.hex(bytes: 16)
        sessions[session]?.downloads[file] = ConnectSession.Download(post: post, token: token)
        return token
    }

    /// What a `GET` of a file's URL gets: the file, or an HTTP status.
    mutating func download(_ id: UInt64, token: String) -> ConnectDownload {
        let match = sessions.first { $0.value.downloads[id]?.token == token }
        guard let match, let post = match.value.downloads[id]?.post else { return .refused(403) }
        guard let file = posts[post]?.files.first(where: { $0.id == id }) else { return .refused(404) }
        let fault = files.takeFault(on: .download)
        switch fault {
        case .status(let status)?: return .refused(status)
        case .missing?: return .refused(404)
        case .expired?:
            sessions[match.key]?.downloads[id] = nil
            return .refused(404)
        case .cut?, .slow?, nil: return .file(file, fault)
        }
    }

    /// Gives a post further files, as they arrive after it.
    mutating func add(_ incoming: [ConnectIncomingFile], to id: UInt64) -> [ConnectAction] {
        guard posts[id] != nil else { return [] }
        let stored = incoming.compactMap { files.stored($0) }
        posts[id]?.files += stored
        return stored.isEmpty ? [] : changed(id)
    }
}

/// What a request for a file gets.
enum ConnectDownload: Sendable, Equatable {
    /// An HTTP status.
    case refused(Int)
    /// The file, and what is to go wrong with it.
    case file(ConnectStoredFile, ConnectFileFault.Kind?)
}

/// What the simulated Connect knows of files that belong to no post yet, as a value.
struct ConnectFiles: Sendable {
    /// Milliseconds that an unused buffer lives.
    static let bufferLifetime: Int64 = 600_000

    var faults: [ConnectFileFault] = []
    var counts = ConnectFileCounts()
    var buffers: [UInt64: ConnectFileBuffer] = [:]
    /// The permissions to push, by key.
    var pushes: [UInt64: ConnectPush] = [:]
    /// The posts that wait for files, by a number of their own.
    var waiting: [UInt64: ConnectWaitingPost] = [:]
    var nextWaiting: UInt64 = 1
    /// The HTTP form of the service's address, which the URLs of files are below; without a slash at the end.
    var base = ""
    /// The id of the next buffer, and that of the next stored file.
    var nextBuffer: UInt64 = 1
    var nextFile: UInt64

    /// The next fault of that way, which is then spent.
    mutating func takeFault(on way: ConnectFileFault.Way) -> ConnectFileFault.Kind? {
        guard let index = faults.firstIndex(where: { $0.way == way }) else { return nil }
        if faults[index].skipping > 0 {
            faults[index].skipping -= 1
            return nil
        }
        let kind = faults[index].kind
        faults[index].times -= 1
        if faults[index].times <= 0 { faults.remove(at: index) }
        return kind
    }

    /// The file under the next id, for a post.
    mutating func stored(_ incoming: ConnectIncomingFile) -> ConnectStoredFile? {
        guard !incoming.isLost else { return nil }
        defer { nextFile += 1 }
        return ConnectStoredFile(id: nextFile, name: incoming.name, mime: incoming.mime, file: incoming.file)
    }
}

/// Where bytes that arrive over HTTP go.
enum ConnectFileTarget: Sendable, Equatable {
    case buffer(UInt64, token: String)
    case push(session: UInt64, key: UInt64, name: String)
}

/// Whether bytes are taken.
enum ConnectIntake: Sendable, Equatable {
    /// An HTTP status.
    case refused(Int)
    /// With the length that was announced before, and what is to go wrong.
    case taken(announced: Int64?, ConnectFileFault.Kind?)
}

/// One connection to the simulated Connect.
struct ConnectSession: Sendable {
    /// How far the login is.
    enum State: Sendable {
        case new
        case challenged(String)
        case open(Login)
    }

    /// What a successful login grants.
    struct Login: Sendable, Equatable {
        var sip: String
        var dn: String
        var appObject: String
        var isModerator: Bool
        /// The zones, in the order of `info.apps`.
        var topics: [Topic]
        /// Given out with `PostResult`, to push attachments with.
        var session: UInt64
        var key: UInt64

        var viewer: ConnectViewer { ConnectViewer(sip: sip, topics: Set(topics.map(\.sip)), isModerator: isModerator) }
    }

    /// A zone.
    struct Topic: Sendable, Equatable {
        var sip: String
        var dn: String
    }

    /// A file's URL that was given out on this connection.
    struct Download: Sendable, Equatable {
        var post: UInt64
        /// The secret part of the URL.
        var token: String
    }

    var state = State.new
    /// The live filters by their `src`.
    var filters: [String: ConnectFilter] = [:]
    /// The URLs of files by file id; they end with the connection.
    var downloads: [UInt64: Download] = [:]

    var login: Login? {
        if case .open(let login) = state { return login }
        return nil
    }
}

/// What the runner of the simulated Connect has to do.
enum ConnectAction: Sendable, Equatable {
    /// Send a message on a connection, after those sent before.
    case send(Int, LabJSON)
    /// End a connection.
    case close(Int)
    /// Fetch a file, and tell the core how it went.
    case fetch(ConnectFetch)

    /// The connection it is about; nil if it is about none.
    var session: Int? {
        switch self {
        case .send(let session, _), .close(let session): session
        case .fetch: nil
        }
    }
}

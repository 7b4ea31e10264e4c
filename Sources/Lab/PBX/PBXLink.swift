/// The connection that one simulated PBX keeps to the service.
struct PBXLink: Sendable {
    enum State: Sendable, Equatable {
        /// Nothing is under way; a new attempt may be planned.
        case idle
        case dialing
        /// `AppChallenge` was sent.
        case challenging
        /// `AppLogin` was sent; the session key if it is accepted.
        case loggingIn(sessionKey: String)
        case open(Open)
    }

    struct Open: Sendable, Equatable {
        var sessionKey: String
        /// The `src` of `SubscribeServices`; nil inside stands for a request without one.
        var subscription: Subscription?
        /// The answer to `AppInfo`.
        var appInfo: LabJSON?
    }

    struct Subscription: Sendable, Equatable {
        var source: LabJSON?
        var lastSent: LabJSON?
    }

    /// The PBX's name.
    var name: String
    var state = State.idle
    /// Attempts since the last accepted login.
    var failures = 0
    /// Whether the next attempt comes as soon as the connection has ended.
    var redialsAtOnce = false
}

/// What the runner of the simulated PBX has to do.
enum PBXAction: Sendable, Equatable {
    /// Open the link's connection; `connected` or `disconnected` follows.
    case dial(Int, url: String)
    /// Send a text on the link.
    case send(Int, String)
    /// End the link's connection; `disconnected` follows.
    case close(Int)
}

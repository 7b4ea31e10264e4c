/// How the simulated PBX behaves where the protocol leaves room, and what it gets wrong on purpose
/// (AppWebsocket, PBX simulator checklist).
public struct PBXOptions: Sendable, Equatable {
    /// The PBXs that hold a connection at once; one for each name.
    public var pbxNames = ["master"]
    /// Whether the connection goes to the app object's whole URL instead of the URL without its last segment.
    public var dialsWholeURL = false
    /// Whether `AppInfo` is sent before `PbxInfo`.
    public var sendsAppInfoFirst = false
    /// Whether logins are written with escapes that JSON does not demand, while the digest covers the plain form.
    public var escapesLogins = false
    /// Whether `info` holds names with `&`, quotes, a slash and an emoji, and nested arrays.
    public var hasOddNames = false
    /// Whether results and indications lack the request's `src`.
    public var omitsSource = false
    /// Whether `ServicesInfo` also lists an entry whose `info` is null.
    public var listsNullEntries = false
    /// Whether `ServicesInfo` also lists so many other services that it has about 60,000 bytes.
    public var listsManyServices = false
    /// Milliseconds until the first new attempt after a connection ended; doubled for each further one.
    public var reconnectDelay: Int64 = 1_000
    /// The longest time between two attempts, in milliseconds.
    public var longestReconnectDelay: Int64 = 60_000

    /// The defaults.
    public init() {}
}

/// Something that the simulated PBX does wrong, once or a few times, when it receives a message of the service.
public struct PBXFault: Sendable, Equatable {
    /// What happens.
    public enum Kind: Sendable, Equatable {
        /// The connection ends.
        case drop
        /// There is no answer.
        case ignore
        /// The answer comes this many milliseconds later.
        case delay(Int64)
        /// The result carries this value in `error` and nothing else.
        case error(LabJSON)
    }

    /// The `mt` received: `GetServiceLogin`, `SubscribeServices`, `AppChallengeResult`, `AppLoginResult`, `AppInfoResult`.
    public var message: String
    /// What happens.
    public var kind: Kind
    /// How many messages it spoils.
    public var times: Int

    /// A fault for the next matching message, unless told otherwise.
    public init(_ kind: Kind, on message: String, times: Int = 1) {
        self.kind = kind
        self.message = message
        self.times = times
    }
}

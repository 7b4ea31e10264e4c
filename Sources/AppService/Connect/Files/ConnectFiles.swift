/// What the adapter needs to give files to Connect and to read them there.
public struct ConnectFiles: Sendable {
    /// Calls Connect's HTTP side.
    let client: ConnectFileClient
    /// Where files to be given lie.
    let spool: Spool
    /// Where Connect may fetch them itself.
    let offers: FileOffers

    /// - Parameters:
    ///   - client: calls Connect's HTTP side
    ///   - spool: where files to be given lie
    ///   - offers: where Connect may fetch them itself
    public init(client: ConnectFileClient, spool: Spool, offers: FileOffers) {
        self.client = client
        self.spool = spool
        self.offers = offers
    }
}

/// The ways to give a file to Connect, the public ones first (Connect, Files over HTTP: U1, U3, U2).
enum ConnectFileWay: CaseIterable, Sendable {
    /// Into a buffer that Connect makes, named in the post.
    case buffer
    /// Connect fetches it from us.
    case pull
    /// After the post, with the session and key of its answer.
    case push
}
